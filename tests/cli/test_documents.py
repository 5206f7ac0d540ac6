"""Commands in README and docs are commands: name, arguments and options are those of the command line."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from contentgraph.cli.app import app
from contentgraph.loaders.nightly import nightly

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NIGHTLY = (ROOT / "docs" / "nightly.md").read_text("utf-8")


def commands(text: str) -> list[list[str]]:
    """Each call of ``contentgraph`` in some lines, split as a shell does; what follows a pipe or ``;`` by itself."""
    found = []
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text.replace("\\\n", " "))
    for line in text.splitlines():
        words = shlex.split(line.replace(";", " ; ").replace("$(", " ( "), comments=True)
        for start in (place for place, word in enumerate(words) if word.rpartition("/")[2] == "contentgraph"):
            call = []
            for word in words[start + 1 :]:
                if word in {"|", ";", "||", "&&", "&", ")"} or word.startswith((">", "<", "2>")):
                    break
                call.append(word)
            found.append(call)
    return found


def parse(call: list[str]) -> None:
    """As the command line does before it runs anything; an error of its own class where it would refuse."""
    command: Any = typer.main.get_command(app)
    name = ""
    while hasattr(command, "commands"):
        name, *call = call
        assert name in command.commands, f"no command {name}"
        command = command.commands[name]
    if name == "nightly":  # takes what it is given as it is, and hands it on
        alone = typer.Typer()
        alone.command()(nightly)
        command = typer.main.get_command(alone)
    command.make_context("contentgraph", list(call))


def test_commands_in_blocks_would_be_taken() -> None:
    """Of every page; and a command that is none, or an option that it does not have, would be found."""
    calls = [
        call
        for page in PAGES
        for language, text in BLOCK.findall(page.read_text("utf-8"))
        if language in ("sh", "cron")
        for call in commands(text)
    ]
    assert len(calls) > 40
    for call in calls:
        parse(call)
    for wrong in (["nightlyy", "DIR"], ["nightly", "DIR", "--rejekts", "DIR"], ["feed"]):
        with pytest.raises(Exception, match=r"no command|No such option|Missing"):
            parse(wrong)


def test_the_cron_line_the_units_and_the_cronjob_are_what_they_should_be() -> None:
    blocks = {language: text for language, text in BLOCK.findall(NIGHTLY) if language in ("cron", "yaml")}
    *settings, line = [line for line in blocks["cron"].splitlines() if line]
    assert all(re.fullmatch(r"(CONTENTGRAPH|NUMBA)_[A-Z_]+=\S+", setting) for setting in settings)
    assert re.fullmatch(r"(\S+ ){5}/\S+/contentgraph nightly .*", line)

    service, timer = (text.splitlines() for language, text in BLOCK.findall(NIGHTLY) if language == "ini")
    assert "Type=oneshot" in service
    calls = [commands(line.removeprefix("ExecStart="))[0] for line in service if line.startswith("ExecStart=")]
    assert [call[0] for call in calls] == ["nightly", "snapshot", "precompute"]
    for call in calls:
        parse(call)
    # A service's user may have no home: compiled functions are kept in the folder that systemd makes.
    assert {"CacheDirectory=contentgraph", "Environment=NUMBA_CACHE_DIR=/var/cache/contentgraph"} <= set(service)
    assert "WantedBy=timers.target" in timer

    job = yaml.safe_load(blocks["yaml"])
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert [call[0] for call in commands(container["args"][0])] == ["nightly", "snapshot", "precompute"]
    for call in commands(container["args"][0]):
        parse(call)
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    (rule,) = job["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"]
    assert rule["onExitCodes"]["containerName"] == container["name"]
