"""Redshift's syntax of accounts, snapshot identifiers and snapshot ARNs."""

import re
from typing import NamedTuple

SUPPORT_ACCOUNT = "amazon-redshift-support"

_ACCOUNT = re.compile(r"[0-9]{12}")
_AUTOMATED_PREFIX = "rs:"
# The parts that Redshift and other services write before and after a colon.
_PREFIXED_IDENTIFIER = re.compile(r"[a-z][a-z0-9-]*(?::[a-z0-9._-]+)+")
_IDENTIFIER = re.compile(r"[a-z](?:-?[a-z0-9])*")
_PREFIX = re.compile(r"[a-z](?:-?[a-z0-9])*-?|[a-z][a-z0-9-]*(?::[a-z0-9._-]*)+")
_ARN = re.compile(
    r"arn:(aws[a-z-]*):redshift:([a-z0-9-]+):([0-9]{12}):snapshot:([^/]+)/([^/]+)"
)
_LONGEST_QUOTE = 80
_MAX_IDENTIFIER_LENGTH = 255
_MAX_CLUSTER_IDENTIFIER_LENGTH = 63


class SnapshotArn(NamedTuple):
    """The parts of `arn:<partition>:redshift:<region>:<account>:snapshot:<cluster>/<name>`."""

    partition: str
    region: str
    owner_account: str
    cluster_identifier: str
    snapshot_identifier: str


def parse_account(value: str, name: str = "account_with_restore_access") -> str:
    """Check an account that may restore.

    Args:
        value: The account.
        name: What messages call it.

    Returns:
        The 12-digit account id, or `amazon-redshift-support`.

    Raises:
        ValueError: If it is neither.
    """
    account = value.strip().lower()
    if account == SUPPORT_ACCOUNT or _ACCOUNT.fullmatch(account):
        return account
    raise ValueError(
        f"{name} must be a 12-digit AWS account id or {SUPPORT_ACCOUNT!r}, "
        f"got {shorten(value)!r}"
    )


def parse_snapshot_identifier(
    value: str, name: str = "snapshot_identifier", quoted: str | None = None
) -> str:
    """Check the identifier of a snapshot.

    Only Redshift knows whether a snapshot is manual. Names that begin with `rs:` are
    certainly automated. Other names with a colon may be manual: cross-Region copies of
    manual snapshots begin with `copy:`, and other services use their own form of names.

    Args:
        value: The identifier, in any case.
        name: What messages call it.
        quoted: What messages quote. Default: the identifier.

    Returns:
        The identifier in lower case: Redshift ignores case, IAM does not.

    Raises:
        ValueError: If it certainly names an automated snapshot, or is not an identifier.
    """
    identifier = value.lower()
    if identifier.startswith(_AUTOMATED_PREFIX):
        raise ValueError(
            f"{name} {_quote(value, quoted)} names an automated snapshot, which cannot be "
            "shared; copy it to a manual snapshot (aws redshift copy-cluster-snapshot) and "
            "share the copy"
        )
    if (
        ":" in identifier
        and not identifier.startswith("arn:")
        and len(identifier) <= _MAX_IDENTIFIER_LENGTH
        and _PREFIXED_IDENTIFIER.fullmatch(identifier)
    ):
        return identifier
    return _parse_identifier(value, _MAX_IDENTIFIER_LENGTH, name, quoted)


def parse_cluster_identifier(
    value: str, name: str = "snapshot_cluster_identifier", quoted: str | None = None
) -> str:
    """Check the identifier of a cluster.

    Args:
        value: The identifier, in any case.
        name: What messages call it.
        quoted: What messages quote. Default: the identifier.

    Returns:
        The identifier in lower case.

    Raises:
        ValueError: If it is not one.
    """
    return _parse_identifier(value, _MAX_CLUSTER_IDENTIFIER_LENGTH, name, quoted)


def parse_snapshot_identifier_prefix(
    value: str, name: str = "snapshot_identifier_prefix", quoted: str | None = None
) -> str:
    """Check what the identifiers of manual snapshots begin with.

    Args:
        value: The prefix, in any case.
        name: What messages call it.
        quoted: What messages quote. Default: the prefix.

    Returns:
        The prefix in lower case.

    Raises:
        ValueError: If no manual snapshot has such an identifier.
    """
    prefix = value.lower()
    if prefix.startswith(_AUTOMATED_PREFIX):
        raise ValueError(
            f"{name} {_quote(value, quoted)} is that of automated snapshots, which cannot "
            "be shared; have them copied to manual snapshots with copy_automated_for"
        )
    if len(prefix) <= _MAX_IDENTIFIER_LENGTH and _PREFIX.fullmatch(prefix):
        return prefix
    raise ValueError(
        f"{name} must be the beginning of a snapshot identifier, 1 to "
        f"{_MAX_IDENTIFIER_LENGTH} letters, digits and single hyphens that begin with a "
        f"letter, got {_quote(value, quoted)}; leave it out to share all manual snapshots "
        "of the cluster"
    )


def parse_snapshot_arn(value: str, quoted: str | None = None) -> SnapshotArn:
    """Split the ARN of a snapshot into its parts.

    Args:
        value: The ARN.
        quoted: What messages quote. Default: the ARN.

    Returns:
        Its parts, the two identifiers in lower case.

    Raises:
        ValueError: If it is not the ARN of a snapshot of a provisioned cluster, or if that is
            automated.
    """
    if value.split(":")[2:3] == ["redshift-serverless"]:
        raise ValueError(
            f"snapshot_arn {_quote(value, quoted)} is an Amazon Redshift Serverless snapshot, "
            "which this library cannot share; give the ARN of a snapshot of a provisioned "
            "cluster"
        )
    match = _ARN.fullmatch(value)
    if match is None:
        raise ValueError(
            "snapshot_arn must be like arn:aws:redshift:<region>:<account>:snapshot:"
            f"<cluster>/<snapshot>, got {_quote(value, quoted)}"
        )
    partition, region, owner_account, cluster, name = match.groups()
    return SnapshotArn(
        partition=partition,
        region=region,
        owner_account=owner_account,
        cluster_identifier=parse_cluster_identifier(
            cluster, "the cluster in snapshot_arn", quoted
        ),
        snapshot_identifier=parse_snapshot_identifier(
            name, "the snapshot in snapshot_arn", quoted
        ),
    )


def _parse_identifier(value: str, longest: int, name: str, quoted: str | None) -> str:
    identifier = value.lower()
    if len(identifier) <= longest and _IDENTIFIER.fullmatch(identifier):
        return identifier
    raise ValueError(
        f"{name} must be 1 to {longest} letters, digits and single hyphens, begin "
        f"with a letter and not end with a hyphen, got {_quote(value, quoted)}"
    )


def shorten(value: str) -> str:
    """Cut a value to 80 characters, to quote it."""
    return (
        value if len(value) <= _LONGEST_QUOTE else f"{value[: _LONGEST_QUOTE - 3]}..."
    )


def _quote(value: str, quoted: str | None) -> str:
    return repr(shorten(value if quoted is None else quoted))
