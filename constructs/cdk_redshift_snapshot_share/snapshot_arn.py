"""The ARN of a snapshot, checked as far as synthesis knows it."""

from dataclasses import dataclass
from itertools import takewhile

from cdk_redshift_snapshot_share.text import check_text
from cdk_redshift_snapshot_share.tokens import (
    described,
    is_known,
    is_placeholder,
    known,
    lowered,
    replaced,
    split,
)
from redshift_snapshot_share_handler import syntax

# Something legal for each field; the last is `<cluster>/<snapshot>`.
_LEGAL = ("arn", "aws", "redshift", "us-east-1", "123456789012", "snapshot", "c/s")
_LEGAL_IN_A_NAME = "x"
_PARTITION, _REGION, _ACCOUNT = 1, 3, 4


@dataclass(frozen=True, slots=True)
class SnapshotArn:
    """What synthesis knows of the ARN of a snapshot."""

    text: str
    """The ARN, in lower case but for its tokens."""

    partition: str | None
    """Partition, if known."""

    region: str | None
    """Region, if known."""

    owner_account: str | None
    """Account that owns the snapshot, if known."""

    cluster_identifier: str | None
    """Its cluster or a token for it; none if a token stands for more than that."""

    snapshot_identifier: str | None
    """Its identifier or a token for it; none if a token stands for more than that."""


def snapshot_arn(value: str) -> SnapshotArn:
    """Take an ARN apart, in which tokens may stand for anything.

    Raises:
        TypeError: If it is not a string.
        ValueError: If what is known of it is not of the ARN of a manual snapshot.
    """
    check_text("snapshot_arn", value)
    # ARNs are often put together from tokens such as the stack's Region. What is known
    # of one is checked all the same, with something legal in the place of the rest.
    fields = _fields(value)
    if is_known(value):
        syntax.parse_snapshot_arn(value)
    else:
        checkable = (
            legal if field is None else replaced(field, _LEGAL_IN_A_NAME)
            for field, legal in zip(fields, _LEGAL, strict=True)
        )
        syntax.parse_snapshot_arn(":".join(checkable), described(value))
    cluster, _, name = (fields[-1] or "").partition("/")
    return SnapshotArn(
        text=lowered(value),
        partition=fields[_PARTITION],
        region=fields[_REGION],
        owner_account=fields[_ACCOUNT],
        cluster_identifier=lowered(cluster) or None,
        snapshot_identifier=lowered(name) or None,
    )


def _fields(value: str) -> list[str | None]:
    """Divide an ARN into fields; one that is not known is none.

    The last is also known with tokens in it, if they are not for both of its parts.
    """
    fields = split(value, ":", len(_LEGAL))
    if len(fields) < len(_LEGAL):  # A token stands for several fields.
        leading = [*takewhile(is_known, fields)]
        return [*leading, *[None] * (len(_LEGAL) - len(leading))]
    *others, name = fields
    has_parts = "/" in name and not is_placeholder(name)
    return [*map(known, others), name if has_parts or is_known(name) else None]
