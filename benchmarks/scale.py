"""The rows of the table about many shares at once, and about many snapshots."""

from collections.abc import Iterator
from typing import Any

from benchmarks.growth import is_linear, slopes, slopes_text

_DEADLINE_SECONDS = 840
# Of us-east-1 for x86, in dollars.
_PRICE_PER_GB_SECOND = 0.0000166667
_PRICE_PER_REQUEST = 0.0000002
_FUNCTION_GB = 256 / 1024

# As in `report`: the name, this project, AwsCustomResource, the provider, goal, reached.
Row = tuple[str, str, str, str, str, bool]


def creates_at_once(measured: dict[str, Any]) -> Iterator[Row]:
    """Write the rows about the Creates of a stack, which wait for each other."""
    rate, stacks = measured["calls_per_second"], measured["stacks"]
    for shares, of in stacks.items():
        text = (
            f"{of['succeeded']} succeed, the last after {of['last']:.0f} s; "
            f"{of['calls']} calls, and {of['throttled_calls']} throttled calls"
        )
        yield (
            f"{shares} Creates at once, {rate} calls per second",
            text,
            "-",
            "-",
            "all succeed",
            of["succeeded"] == int(shares) and of["last"] < _DEADLINE_SECONDS,
        )
    found = slopes({"0": 0, **{shares: of["last"] for shares, of in stacks.items()}})
    yield (
        "end of the last Create, ms per added share",
        slopes_text(found),
        "-",
        "-",
        "linear",
        is_linear(found),
    )
    for shares, of in stacks.items():
        gb_seconds = of["billed_seconds"] * _FUNCTION_GB
        dollars = gb_seconds * _PRICE_PER_GB_SECOND + int(shares) * _PRICE_PER_REQUEST
        yield (
            f"cost of these {shares} Creates, with 256 MiB",
            f"{gb_seconds:,.0f} GB-seconds, ${dollars:.3f}",
            "-",
            "-",
            "-",
            True,
        )


def audit(measured: dict[str, Any]) -> Iterator[Row]:
    """Write the rows about an audit: one run for each number of snapshots."""
    counts = " / ".join(f"{int(count):,}" for count in measured)

    def values(name: str) -> str:
        return " / ".join(f"{of[name]:,.0f}" for of in measured.values())

    # The local Redshift itself takes longer for a page the more snapshots it has.
    found = slopes({count: of["cpu_seconds"] for count, of in measured.items()})
    calls = slopes({count: of["redshift_calls"] for count, of in measured.items()})
    yield (
        f"audit of {counts} snapshots, calls of Redshift",
        values("redshift_calls"),
        "-",
        "-",
        "linear",
        is_linear(calls),
    )
    yield f"audit of {counts} snapshots, s", values("seconds"), "-", "-", "-", True
    yield (
        "audit, CPU ms per added snapshot",
        slopes_text(found),
        "-",
        "-",
        "linear",
        is_linear(found),
    )
    yield "audit, peak memory, MiB", values("peak_mib"), "-", "-", "-", True
