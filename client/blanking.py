"""An erased person out of what others wrote and showed: texts, words, reasons, and what was called after her."""

from collections.abc import Mapping
from typing import Any

from contentgraph.cypher import Record, Steps, read, write
from contentgraph.graph.catalogue import sound_key
from contentgraph.graph.naming import telling, without_names

_PUT = {
    "Video": "put_video_texts", "Media": "put_media_texts", "Challenge": "put_challenge_texts",
    "Topic": "put_topic_texts",
}  # fmt: skip


def blank(user: str) -> Steps[tuple[int, list[str]]]:
    """Blank her in all texts; in how many, and the names of hashtags and sounds that were called after her and went."""
    # And whatever has escapes that stand as text: her name may be told by them.
    needles = [user, r"\u"] if telling(user) else [f"@{user}", f"＠{user}", r"\u"]
    word = user.casefold() if telling(user) else None
    rows: dict[str, list[Record]] = {label: [] for label in _PUT}
    links: list[Record] = []
    called: set[str] = {user} if telling(user) else set()
    for row in (yield from read("erase_texts", needles=needles, word=word)):
        texts = told_without(row["texts"], user)
        if texts == row["texts"]:
            continue
        rows[row["label"]].append({"id": row["id"], "texts": texts})
        before, after = (sound_key(None, told.get("soundTitle")) for told in (row["texts"], texts))
        if before != after and before in row["soundIds"]:
            links.append({"id": row["id"], "targets": [after]})
            called.add(str(before))
        elif before != after:
            links.append({"id": row["id"], "targets": row["soundIds"]})
    for label, statement in _PUT.items():
        if rows[label]:
            yield from write(statement, rows=rows[label])
    if links:
        yield from write("link_sound", rows=links)
        yield from write("title_sounds", ids=sorted({target for link in links for target in link["targets"]}))
    yield from write("drop_called", names=sorted(called))
    reports = [
        {"edge": row["edge"], "reason": without_names(row["reason"], user.__eq__)}
        for row in (yield from read("erase_reasons", needles=needles))
    ]
    if reports:
        yield from write("put_reasons", rows=reports)
    return sum(map(len, rows.values())) + len(reports), sorted(called)


def told_without(texts: Mapping[str, Any], user: str) -> dict[str, Any]:
    """Texts, lists of them, and words with how often each stands, without her; what is not there stays so.

    >>> told_without({'words': ['dance', 'ana1'], 'wordCounts': [2, 1], 'caption': None}, 'Ana1')
    {'words': ['dance'], 'wordCounts': [2], 'caption': None}
    """
    found = {name: _without(said, user) for name, said in texts.items()}
    words, counts = texts.get("words"), texts.get("wordCounts")
    if isinstance(words, list):
        kept = [place for place, word in enumerate(words) if word != user.casefold()]
        found["words"] = [words[place] for place in kept]
        if isinstance(counts, list):
            found["wordCounts"] = [counts[place] for place in kept]
    return found


def _without(said: object, user: str) -> object:
    if isinstance(said, str):
        return without_names(said, user.__eq__)
    if isinstance(said, list):
        return [_without(one, user) for one in said]
    return said
