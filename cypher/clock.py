"""The graph's own time, as steps: what its answers are as of, and up to when it knows what people did."""

from contentgraph.cypher.steps import Steps, read


def now() -> Steps[int]:
    """The now of the last night, epoch ms; 0 before the first."""
    return int((yield from read("settings"))[0]["settings"].get("now", 0))


def known_until() -> Steps[int]:
    """Up to when it is known what people did: the latest event, or the now of the last night where that is later."""
    latest = (yield from read("night_latest"))[0]["at"]
    return max(int(latest or 0), (yield from now()))
