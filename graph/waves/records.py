"""A decision as flat camelCase properties, and back: what a node of the ledger holds."""

from collections.abc import Mapping
from typing import Any

from contentgraph.graph.waves.rules import SOURCES
from contentgraph.graph.waves.states import Decision, Exit, State

_RATES = ("rewatchRate", "completionRate", "shareRate", "commentRate", "likeRate")


def to_properties(decision: Decision) -> dict[str, object]:
    """The properties of the decision's node; every value a number, a text or a list of numbers."""
    told: dict[str, object] = {
        "videoId": decision.video_id,
        "number": decision.number,
        "at": decision.at,
        "before": str(decision.before),
        "after": str(decision.after),
        "wave": decision.wave,
        "shown": decision.shown,
        "fans": decision.fans,
        "mean": decision.mean,
        "bar": decision.bar,
        "scale": decision.scale,
        "sentence": decision.sentence,
    }
    told.update(zip(_RATES, decision.rates, strict=True))
    told.update({source: decision.sources.get(source, 0) for source in SOURCES})
    for name, value in (("circle", decision.circle), ("everyone", decision.everyone)):
        told |= {
            f"{name}People": value.people,
            f"{name}Mean": value.mean,
            f"{name}Bar": value.bar,
            f"{name}Posterior": value.posterior,
            f"{name}Curve": list(value.curve),
        }
    return told


def from_properties(told: Mapping[str, Any]) -> Decision:
    """The decision of a node's properties.

    Raises:
        UsageError: a step that may not be. KeyError: a property is missing.
    """

    def exit_of(name: str) -> Exit:
        return Exit(
            told[f"{name}People"], told[f"{name}Mean"], told[f"{name}Bar"], told[f"{name}Posterior"],
            tuple(told[f"{name}Curve"]),
        )  # fmt: skip

    rewatch, completion, share, comment, like = (float(told[name]) for name in _RATES)
    return Decision(
        video_id=told["videoId"],
        number=told["number"],
        at=told["at"],
        before=State(told["before"]),
        after=State(told["after"]),
        wave=told["wave"],
        shown=told["shown"],
        sources={source: told[source] for source in SOURCES},
        fans=told["fans"],
        rates=(rewatch, completion, share, comment, like),
        mean=told["mean"],
        circle=exit_of("circle"),
        everyone=exit_of("everyone"),
        bar=told["bar"],
        scale=told["scale"],
        sentence=told["sentence"],
    )
