"""Reads the values of options. They may be given several times, or joined by commas."""

from collections.abc import Iterator

import click

from redshift_snapshot_audit.verdict import Verdict
from redshift_snapshot_share_handler.syntax import parse_account


def names(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Read names in lower case, as Redshift and AWS write them."""
    del context, parameter
    return tuple(dict.fromkeys(value.lower() for value in _split(values)))


def accounts(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> frozenset[str]:
    """Read accounts.

    Raises:
        BadParameter: If one is not a 12-digit id or the alias of AWS Support.
    """
    try:
        return frozenset(parse_account(value, "an account") for value in _split(values))
    except ValueError as error:
        raise click.BadParameter(str(error), context, parameter) from None


def verdicts(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> frozenset[Verdict]:
    """Read verdicts; none = all of them.

    Raises:
        BadParameter: If there is no such verdict.
    """
    try:
        return frozenset(map(Verdict, _split(values))) or frozenset(Verdict)
    except ValueError as error:
        raise click.BadParameter(
            f"{error}; the verdicts are {', '.join(Verdict)}", context, parameter
        ) from None


def _split(values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        yield from filter(None, (part.strip() for part in value.split(",")))
