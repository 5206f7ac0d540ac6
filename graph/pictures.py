"""Pictures as SVG text, without a plotting package: a spread tree, and bars. Any browser shows them."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from contentgraph.graph.lineage import Lineage

COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")
"""Paul Tol's bright scheme, told apart by the colour-blind; the last for all further communities."""
WIDTH, MARGIN, ROW, RADIUS = 960, 24, 14, 4
SHOWN = 400
"""Creators drawn at most, the earliest."""


def spread_tree(found: Lineage, title: str) -> str:
    """Time runs to the right, a row a creator below the one who showed it to her; a colour a community."""
    steps = found.steps[:SHOWN]
    children: dict[str | None, list[str]] = {}
    for step in steps:
        children.setdefault(step.parent, []).append(step.creator)
    row: dict[str, int] = {}
    stack = list(reversed(children.get(None, [])))
    while stack:
        creator = stack.pop()
        row[creator] = len(row)
        stack.extend(reversed(children.get(creator, [])))
    start, end = (steps[0].at, max(step.at for step in steps)) if steps else (0, 1)
    height = 3 * MARGIN + ROW * max(len(row), 1)

    def place(creator: str, at: int) -> tuple[float, float]:
        across = (at - start) / max(end - start, 1)
        return MARGIN + across * (WIDTH - 8 * MARGIN), 2.5 * MARGIN + ROW * row[creator]

    at_of = {step.creator: step.at for step in steps}
    lines, dots = [], []
    for step in steps:
        x, y = place(step.creator, step.at)
        if step.parent is not None:
            px, py = place(step.parent, at_of[step.parent])
            lines.append(f'<path d="M{px:.1f} {py:.1f}V{y:.1f}H{x:.1f}" fill="none" stroke="#999" stroke-width="1"/>')
        colour = COLOURS[min(step.community, len(COLOURS) - 1)]
        said = f"{step.creator}, generation {step.generation}, {step.how}"
        dots.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" fill="{colour}"><title>{_text(said)}</title></circle>'
        )
        dots.append(f'<text x="{x + 7:.1f}" y="{y + 3.5:.1f}" font-size="10">{_text(step.creator)}</text>')
    note = f"{len(found.steps)} creators, {len(found.generations)} generations, {found.communities} communities"
    return _svg(height, [_heading(title, note), *lines, *dots])


def bars(title: str, note: str, groups: Mapping[str, Sequence[tuple[str, float | None]]]) -> str:
    """Groups of horizontal bars of one unit; None is drawn as withheld."""
    parts, y = [_heading(title, note)], 3 * MARGIN
    most = max((value for rows in groups.values() for _, value in rows if value is not None), default=0.0) or 1.0
    for name, rows in groups.items():
        parts.append(f'<text x="{MARGIN}" y="{y}" font-size="12" font-weight="bold">{_text(name)}</text>')
        for label, value in rows:
            y += ROW + 4
            parts.append(f'<text x="{MARGIN}" y="{y}" font-size="11">{_text(label)}</text>')
            long = 0.0 if value is None else value / most * (WIDTH - 12 * MARGIN)
            told = "withheld" if value is None else f"{value:,.4g}"
            parts.append(f'<rect x="{6 * MARGIN}" y="{y - 10}" width="{long:.1f}" height="12" fill="{COLOURS[0]}"/>')
            parts.append(f'<text x="{6 * MARGIN + long + 6:.1f}" y="{y}" font-size="11">{told}</text>')
        y += 2 * ROW
    return _svg(y, parts)


def _heading(title: str, note: str) -> str:
    return (
        f'<text x="{MARGIN}" y="{MARGIN}" font-size="16">{_text(title)}</text>'
        f'<text x="{MARGIN}" y="{MARGIN + 16}" font-size="11" fill="#555">{_text(note)}</text>'
    )


def _svg(height: float, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>", ""])


def _text(said: str) -> str:
    """Text for XML: escaped, without characters that XML has not."""
    return escape("".join(character for character in said if character.isprintable()), {'"': "&quot;"})
