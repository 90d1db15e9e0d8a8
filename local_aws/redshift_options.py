"""How the local Redshift behaves, as options of commands and of `LocalAws`."""

import argparse
from typing import Any, TypedDict


class RedshiftOptions(TypedDict, total=False):
    """The options. `local_aws.redshift.Redshift` has the defaults."""

    account_lag_seconds: float
    assumptions: dict[str, str]
    begins_with_an_empty_page: bool
    calls_per_second: int | None
    creating_seconds: float
    estimates_completion: bool
    has_snapshot_arns: bool
    manual_snapshot_quota: int | None
    page_size: int | None
    tag_lag_seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add an option of a command for each of them."""
    group = parser.add_argument_group("Redshift")
    group.add_argument(
        "--creating-seconds",
        type=_not_negative,
        metavar="SECONDS",
        help="how long a new snapshot stays `creating`; default: 0",
    )
    group.add_argument(
        "--estimates-completion",
        action="store_true",
        help="EstimatedSecondsToCompletion counts down while a snapshot is `creating`; default: it is -1",
    )
    group.add_argument(
        "--tag-lag-seconds",
        type=_not_negative,
        metavar="SECONDS",
        help="how late DescribeClusterSnapshots shows changes of tags; default: 0",
    )
    group.add_argument(
        "--account-lag-seconds",
        type=_not_negative,
        metavar="SECONDS",
        help="how late it shows changes of the accounts with access; default: 0",
    )
    group.add_argument(
        "--page-size",
        type=_positive,
        metavar="N",
        help="the most snapshots per page of DescribeClusterSnapshots; default: 100",
    )
    group.add_argument(
        "--begins-with-an-empty-page",
        action="store_true",
        help="the first page of it is empty and has a Marker",
    )
    group.add_argument(
        "--no-snapshot-arns",
        dest="has_snapshot_arns",
        action="store_false",
        help="responses have no SnapshotArn, as on AWS until 2023",
    )
    group.add_argument(
        "--manual-snapshot-quota",
        type=_positive,
        metavar="N",
        default=20,
        help="manual snapshots per account and Region; default: 20, as on AWS",
    )
    group.add_argument(
        "--calls-per-second",
        type=_positive,
        metavar="N",
        help="calls beyond this rate are throttled; default: no limit",
    )


def from_arguments(arguments: argparse.Namespace) -> RedshiftOptions:
    """Read the options from a command's arguments."""
    options: Any = {
        name: value
        for name, value in vars(arguments).items()
        if name in RedshiftOptions.__annotations__ and value is not None
    }
    chosen: RedshiftOptions = options
    return chosen


def _not_negative(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number from 0 on, got {text!r}")
    return value


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from 1 on, got {text!r}"
        )
    return int(text)
