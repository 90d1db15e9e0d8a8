"""Draws how a stack grows with its shares."""

from collections.abc import Sequence
from typing import Any

_COLOURS = {
    "this-project": ("#0b7285", "this project"),
    "aws-custom-resource": ("#e8590c", "AwsCustomResource"),
    "provider": ("#868e96", "Provider + boto3"),
}
_WIDTH, _HEIGHT, _LEFT, _TOP, _STEP = 210, 190, 60, 50, 300
_MOST_SHARES = 450

Points = Sequence[tuple[float, float]]


def plot(results: dict[str, Any]) -> str:
    """Draw three panels as SVG, each with the limit that counts there."""
    panels = [
        ("resources of a stack", _series(results["templates"], "resources"), 500),
        (
            "inline policy characters",
            _series(results["templates"], "inline_policy_characters"),
            10_240,
        ),
        (
            "synthesis, CPU seconds",
            _series(results["synthesis"], "cpu_seconds"),
            None,
        ),
    ]
    width = _LEFT + _STEP * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_TOP + _HEIGHT + 60}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for number, (title, series, limit) in enumerate(panels):
        parts += _panel(_LEFT + number * _STEP, title, series, limit)
    for number, (colour, name) in enumerate(_COLOURS.values()):
        x, y = _LEFT + number * 170, _TOP + _HEIGHT + 48
        parts.append(f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{x + 10}" y="{y}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _series(measured: dict[str, Any], what: str) -> dict[str, Points]:
    return {
        kind: [(int(count), _number(of[what])) for count, of in counts.items() if of]
        for kind, counts in measured.items()
    }


def _number(measured: Any) -> float:
    return float(measured["median"] if isinstance(measured, dict) else measured)


def _panel(
    left: int, title: str, series: dict[str, Points], limit: int | None
) -> list[str]:
    most = max(y for points in series.values() for _, y in points)
    if limit:
        # What is far beyond the limit need not be seen whole.
        most = min(max(most, limit * 1.1), limit * 2.5)

    def place(x: float, y: float) -> str:
        across = left + _WIDTH * x / _MOST_SHARES
        up = _TOP + _HEIGHT * (1 - min(y, most) / most)
        return f"{across:.1f},{up:.1f}"

    bottom = _TOP + _HEIGHT
    parts = [
        f'<text x="{left}" y="{_TOP - 20}" font-weight="bold">{title}</text>',
        f'<path d="M{left} {_TOP}V{bottom}H{left + _WIDTH}" fill="none" stroke="#333"/>',
        f'<text x="{left - 6}" y="{_TOP + 4}" text-anchor="end">{most:,.0f}</text>',
        f'<text x="{left - 6}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{left + _WIDTH}" y="{bottom + 16}" text-anchor="end">{_MOST_SHARES} shares</text>',
    ]
    if limit:
        height = place(0, limit).partition(",")[2]
        parts.append(
            f'<path d="M{left} {height}h{_WIDTH}" stroke="#c92a2a" stroke-dasharray="4"/>'
        )
        parts.append(
            f'<text x="{left + 4}" y="{float(height) - 4:.1f}" fill="#c92a2a">limit {limit:,}</text>'
        )
    for kind, points in series.items():
        colour, _ = _COLOURS[kind]
        line = " ".join(place(x, y) for x, y in points)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts += [
            f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>'
            for x, y in (each.split(",") for each in line.split())
        ]
    return parts
