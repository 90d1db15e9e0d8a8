"""Draws how a stack grows with its shares, as SVG."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

_COLOURS = {
    "this-project": ("#0b7285", "this project"),
    "aws-custom-resource": ("#c2410c", "AwsCustomResource"),
    "provider": ("#6b7280", "Provider + boto3"),
}
_LIMIT_COLOUR = "#b91c1c"
_MOST_INLINE_CHARACTERS = 10_240
_MOST_MANAGED_POLICIES = 10
# Room above the lines for the words about a peer's end.
_HEADROOM = 1.4
_STYLE = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    # The same picture gives the same file.
    "svg.hashsalt": "growth",
}


class Point(NamedTuple):
    """One measured stack."""

    shares: int
    value: float
    is_refused: bool
    """Whether IAM refuses the stack's policies."""


class Panel(NamedTuple):
    """One quantity of all stacks."""

    title: str
    unit: str
    series: Mapping[str, Sequence[Point]]
    limit: int | None = None


def plot(results: dict[str, Any]) -> str:
    """Draw one panel per quantity.

    Args:
        results: What `performance.json` holds.

    Returns:
        The picture as SVG.

    Raises:
        ValueError: If a line goes through a label.
    """
    counts = [int(count) for count in results["templates"]["this-project"]]
    panels = _panels(results)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(12, 4), layout="constrained")
        for axes, panel in zip(figure.subplots(1, len(panels)), panels, strict=True):
            _draw(axes, panel, counts)
        figure.legend(handles=_legend(), loc="outside lower center", ncols=4)
        figure.canvas.draw()
        _check_labels(figure)
        picture = io.StringIO()
        figure.savefig(picture, format="svg", metadata={"Date": None})
    return picture.getvalue()


def _panels(results: dict[str, Any]) -> list[Panel]:
    templates, synthesis = results["templates"], results["synthesis"]

    def series(measured: dict[str, Any], what: str) -> dict[str, list[Point]]:
        return {
            kind: [
                Point(
                    int(count),
                    _number(of[what]),
                    _is_refused(templates[kind][count]),
                )
                for count, of in stacks.items()
                if of
            ]
            for kind, stacks in measured.items()
        }

    return [
        Panel(
            "Resources of a stack",
            "resources",
            series(templates, "resources"),
            limit=500,
        ),
        Panel(
            "Inline policy of the role",
            "characters",
            series(templates, "inline_policy_characters"),
            limit=_MOST_INLINE_CHARACTERS,
        ),
        Panel("CPU time of synthesis", "seconds (s)", series(synthesis, "cpu_seconds")),
    ]


def _number(measured: Any) -> float:
    return float(measured["median"] if isinstance(measured, dict) else measured)


def _is_refused(template: dict[str, Any]) -> bool:
    inline: int = template["inline_policy_characters"]
    managed: int = template["managed_policies"]
    return inline > _MOST_INLINE_CHARACTERS or managed > _MOST_MANAGED_POLICIES


def _draw(axes: Axes, panel: Panel, counts: Sequence[int]) -> None:
    _draw_axes(axes, panel, counts)
    if panel.limit:
        axes.axhline(panel.limit, color=_LIMIT_COLOUR, linestyle="--", linewidth=1)
        axes.annotate(
            f"limit: {panel.limit:,}",
            (counts[-1], panel.limit),
            xytext=(0, 3),
            textcoords="offset points",
            horizontalalignment="right",
            color=_LIMIT_COLOUR,
        )
    for kind, points in panel.series.items():
        colour, name = _COLOURS[kind]
        axes.plot(
            [point.shares for point in points],
            [point.value for point in points],
            color=colour,
            clip_on=False,
        )
        for point in points:
            axes.plot(
                point.shares,
                point.value,
                marker="x" if point.is_refused else "o",
                markersize=7 if point.is_refused else 5,
                markeredgewidth=2,
                color=colour,
                clip_on=False,
            )
        if points[-1].shares < counts[-1]:
            _mark_end(axes, points[-1], f"{name} ends here:", counts, colour)


def _draw_axes(axes: Axes, panel: Panel, counts: Sequence[int]) -> None:
    most = max(point.value for points in panel.series.values() for point in points)
    ticks = MaxNLocator(nbins=6, integer=True).tick_values(
        0, max(most, panel.limit or 0) * _HEADROOM
    )
    axes.set_title(panel.title, fontweight="bold")
    axes.set_xlabel("shares per stack")
    axes.set_xlim(0, counts[-1])
    axes.set_xticks([0, *counts[1:]])
    axes.set_ylabel(panel.unit)
    axes.set_ylim(0, ticks[-1])
    axes.set_yticks(ticks, [f"{tick:,.0f}" for tick in ticks])


def _mark_end(
    axes: Axes, last: Point, text: str, counts: Sequence[int], colour: str
) -> None:
    following = counts[counts.index(last.shares) + 1]
    axes.annotate(
        f"{text}\n{following} shares do not fit in a stack",
        (last.shares, last.value),
        xytext=(last.shares, axes.get_ylim()[1]),
        horizontalalignment="center",
        verticalalignment="top",
        color=colour,
        arrowprops={"arrowstyle": "->", "color": colour, "shrinkB": 6},
    )


def _legend() -> list[Line2D]:
    lines = [
        Line2D([], [], color=colour, marker="o", markersize=5, label=name)
        for colour, name in _COLOURS.values()
    ]
    refused = Line2D(
        [],
        [],
        color="black",
        linestyle="none",
        marker="x",
        markeredgewidth=2,
        label="IAM refuses the policies of this stack",
    )
    return [*lines, refused]


def _check_labels(figure: Figure) -> None:
    """Check that no line goes through a label.

    Raises:
        ValueError: If one does.
    """
    for axes in figure.axes:
        for line in axes.lines:
            path = line.get_path().transformed(line.get_transform())
            for label in axes.texts:
                # Without the arrow of an annotation.
                box = Text.get_window_extent(label)
                if path.intersects_bbox(box, filled=False):
                    raise ValueError(
                        f"a line of {axes.get_title()!r} goes through the label "
                        f"{label.get_text()!r}"
                    )
