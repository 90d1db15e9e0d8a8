"""`make report`: updates the page and its plot from the JSON."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import scale
from benchmarks.cpu_share import row_of
from benchmarks.growth import is_linear, slopes, slopes_text
from benchmarks.scale import Row

_DOCS = Path(__file__).parent.parent / "docs"
RESULTS = _DOCS / "performance.json"
_PAGE = _DOCS / "performance.md"
_PLOT = _DOCS / "performance.svg"
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"

_OURS, _SDK, _PLAIN = "this project", "AwsCustomResource", "plain boto3"
_KINDS = ("this-project", "aws-custom-resource", "provider")
_HEAD = ("row", _OURS, _SDK, "Provider + boto3", "goal", "reached")
_MOST_INLINE_CHARACTERS = 10_240
_MOST_MANAGED_CHARACTERS = 6_144
_MOST_MANAGED_POLICIES = 10
# 104 of these state defaults: the two removal policies, ExistingShare and WaitForSnapshot.
# An Aspect that fills in missing values leaves them alone.
_MOST_BYTES_PER_SHARE = 430 + 104

# The row's name, what is measured, this project's memory and AwsCustomResource's (None: the
# CPU is not limited), and the ratio to reach.
_COLD_STARTS: tuple[tuple[str, str, int | None, int | None, float | None], ...] = (
    ("cold start, 256 MiB (AwsCustomResource: 512), ms", "wall_ms", 256, 512, 0.6),
    ("of it the init phase, ms", "init_ms", 256, 512, None),
    ("of it the invocation, ms", "invocation_ms", 256, 512, 0.5),
    ("cold start, CPU not limited, ms", "wall_ms", None, None, 1.1),
    ("of it CPU time, ms", "cpu_ms", None, None, None),
    ("cold start, 128 MiB (AwsCustomResource: 512), ms", "wall_ms", 128, 512, None),
    ("cold start, 512 MiB, ms", "wall_ms", 512, 512, None),
    ("cold start, 1,024 MiB (AwsCustomResource: 512), ms", "wall_ms", 1024, 512, None),
    ("peak memory of a cold start, MiB", "peak_mib", None, None, 0.6),
)


def table(results: dict[str, Any]) -> str:
    """Write the table as Markdown, below a line about the machine."""
    machine = ", ".join(f"{name} {what}" for name, what in results["machine"].items())
    rows = [
        (*row[:5], "yes" if row[5] else "**no**")
        for name, of in _ROWS.items()
        if name in results
        for row in of(results[name])
    ]
    lines = [_HEAD, ("---",) * len(_HEAD), *rows]
    return "\n".join(
        [
            f"Measured {results['date']} on: {machine}.",
            "The values are medians, with the middle half in brackets.",
            "",
            *(f"| {' | '.join(line)} |" for line in lines),
        ]
    )


def _cold_start(measured: dict[str, Any]) -> Iterator[Row]:
    starts = measured["starts"]
    for name, what, memory, sdks_memory, reach in _COLD_STARTS:
        rows = [
            row_of(_OURS, memory),
            row_of(_SDK, sdks_memory),
            row_of(_PLAIN, memory),
        ]
        if rows[0] not in starts:  # the machine could not limit the CPU
            continue
        ours, sdk, plain = (starts.get(row, {}).get(what) for row in rows)
        ratio = ours["median"] / sdk["median"]
        yield (
            name,
            f"{_cell(ours)}, {ratio:.2f} of AwsCustomResource's",
            _cell(sdk),
            _cell(plain) if plain else "-",
            f"at most {reach}" if reach else "-",
            not reach or ratio <= reach,
        )
    if counted := measured.get("instructions"):
        text = f"{counted['init']:,.0f}, {counted['invocation']:,.0f}"
        yield "instructions of init and invocation, millions", text, "-", "-", "-", True
    calls = {
        name: [sum(step.values()) for step in steps.values()]
        for name, steps in measured["calls"].items()
    }
    most = [5, 1, 5]
    reached = all(made <= limit for made, limit in zip(calls[_OURS], most, strict=True))
    name = "API calls: Create, redelivery, Delete"
    ours, sdk, plain = (
        ", ".join(map(str, calls[each])) for each in (_OURS, _SDK, _PLAIN)
    )
    yield name, ours, sdk, plain, "at most 5, 1, 5", reached


def _warm(measured: dict[str, Any]) -> Iterator[Row]:
    for step in ("Create", "Delete"):
        beyond = measured["overhead"][step]
        cpu = measured["overhead"][f"{step} cpu"]
        text = f"{beyond['percent']} % ({beyond['ms']} ms; CPU {cpu['percent']} %)"
        reached = beyond["percent"] <= 5  # noqa: PLR2004 - the mark of this row
        yield (
            f"warm {step} beyond the bare calls",
            text,
            "-",
            "-",
            "at most 5 %",
            reached,
        )


def _templates(measured: dict[str, Any]) -> Iterator[Row]:
    ours, sdk, plain = (measured[kind] for kind in _KINDS)

    def resources(of: dict[str, Any]) -> str:
        return " / ".join(
            str(each["resources"]) if each else "impossible" for each in of.values()
        )

    def bytes_per_share(of: dict[str, Any]) -> float:
        return float(of["100"]["bytes"] - of["1"]["bytes"]) / 99

    yield (
        f"resources, {' / '.join(ours)} shares",
        resources(ours),
        resources(sdk),
        resources(plain),
        "450 fit",
        ours["450"] is not None,
    )
    for count in ("100", "450"):
        of = ours[count]
        yield (
            f"policy characters, {count} shares",
            _policies(of),
            _policies(sdk[count]),
            _policies(plain[count]),
            "IAM's limits",
            of["inline_policy_characters"] <= _MOST_INLINE_CHARACTERS
            and of["managed_policies"] <= _MOST_MANAGED_POLICIES
            and of["largest_managed_policy_characters"] <= _MOST_MANAGED_CHARACTERS,
        )
    yield (
        "template bytes per share",
        f"{bytes_per_share(ours):.0f}",
        f"{bytes_per_share(sdk):.0f}",
        f"{bytes_per_share(plain):.0f}",
        f"at most {_MOST_BYTES_PER_SHARE}",
        bytes_per_share(ours) <= _MOST_BYTES_PER_SHARE,
    )


def _synthesis(measured: dict[str, Any]) -> Iterator[Row]:
    ours, sdk, plain = (measured[kind] for kind in _KINDS)
    for count in ours:
        counts = count == "100"
        mine, sdks, plains = (
            of[count] and of[count]["seconds"] for of in (ours, sdk, plain)
        )
        yield (
            f"synthesis of {count} share{'' if count == '1' else 's'}, s",
            _cell(mine),
            _cell(sdks),
            _cell(plains),
            "at most AwsCustomResource's" if counts else "-",
            not counts or mine["median"] <= sdks["median"],
        )
    slopes = _growth(_cpu_seconds(ours))
    yield (
        "synthesis, CPU ms per added share",
        slopes_text(slopes),
        slopes_text(_growth(_cpu_seconds(sdk))),
        slopes_text(_growth(_cpu_seconds(plain))),
        "linear",
        is_linear(slopes),
    )


def _deployment(measured: dict[str, Any]) -> Iterator[Row]:
    ours = measured[_KINDS[0]]
    seconds = {count: of["deploy_seconds"] for count, of in ours.items()}
    yield (
        f"cdk deploy, {' / '.join(ours)} shares, s",
        " / ".join(f"{taken:.0f}" for taken in seconds.values()),
        "cannot run",
        "cannot run",
        "every share authorized",
        all(int(count) == of["authorizations"] for count, of in ours.items()),
    )
    slopes = _growth(seconds)
    yield (
        "cdk deploy, ms per added share",
        slopes_text(slopes),
        "-",
        "-",
        "linear",
        is_linear(slopes),
    )


def _cpu_seconds(measured: dict[str, Any]) -> dict[str, float]:
    return {count: of["cpu_seconds"]["median"] for count, of in measured.items() if of}


def _growth(seconds: dict[str, float]) -> list[float]:
    """Tell how many milliseconds a share adds between each two stacks.

    The growth from one share to the next stack is smaller than the measurement's error, so
    the first two stretches count as one.
    """
    first, _, *others = seconds.items()
    return slopes(dict([first, *others]))


_ROWS = {
    "cold_start": _cold_start,
    "warm": _warm,
    "templates": _templates,
    "synthesis": _synthesis,
    "deployment": _deployment,
    "throttling": scale.creates_at_once,
    "audit": scale.audit,
}


def _cell(measured: dict[str, float] | None) -> str:
    if measured is None:
        return "impossible"
    digits = 0 if measured["median"] > 100 else 1  # noqa: PLR2004 - for the eye
    median, low, high = (
        f"{measured[what]:.{digits}f}" for what in ("median", "low", "high")
    )
    return f"{median} [{low}, {high}]"


def _policies(measured: dict[str, Any] | None) -> str:
    if measured is None:
        return "impossible"
    inline = f"{measured['inline_policy_characters']:,} inline"
    count = measured["managed_policies"]
    if not count:
        return inline
    largest = measured["largest_managed_policy_characters"]
    return f"{inline}, {count} managed of at most {largest:,}"


def main() -> None:
    """Write the page's measured part and the plot."""
    # Here, because matplotlib is in a group of its own and `make bench` needs the table only.
    from benchmarks.plot import plot  # noqa: PLC0415

    results = json.loads(RESULTS.read_text("utf-8"))
    page = _PAGE.read_text("utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    measured = f"{_BEGIN}\n\n{table(results)}\n\n{_END}"
    _PAGE.write_text(f"{before}{measured}{after}", encoding="utf-8")
    _PLOT.write_text(plot(results), encoding="utf-8")


if __name__ == "__main__":
    main()
