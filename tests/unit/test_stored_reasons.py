"""Every reason as an operator reads it, so that a person can review the wording.

After a change that is meant, `UPDATE_STORED_REASONS=1 pytest
tests/unit/test_stored_reasons.py` stores the reasons anew.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from redshift_snapshot_share_handler.declared_cluster import parse_declared_cluster
from redshift_snapshot_share_handler.declared_share import parse_declared_share
from redshift_snapshot_share_handler.errors import (
    REASONS,
    Reason,
    SnapshotShareError,
    translate,
)
from redshift_snapshot_share_handler.request import parse_request
from tests.unit.stubs import ACCOUNT, OWNER, REGION, STACK, client_error

STORED = Path(__file__).parent / "stored" / "reasons.txt"

ARN = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:sales/sales-2026-11-23"
VALUES = {
    "account": ACCOUNT,
    "cluster": "sales",
    "count": 14,
    "declared_cluster": "marketing",
    "failed": 2,
    "estimate": " (Redshift estimates 240 seconds more)",
    "key": f"arn:aws:kms:{REGION}:{OWNER}:key/0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d",
    "own_stack": STACK.arn,
    "owner_account": OWNER,
    "pair": f"sales-2026-11-23/{ACCOUNT}",
    "region": REGION,
    "seconds": 600,
    "snapshot": "sales-2026-11-23",
    "snapshot_type": "automated",
    "stack": STACK.arn.replace("analytics", "marketing"),
}
# Where the same field has another value than elsewhere.
SPECIAL: dict[Reason, dict[str, str]] = {
    Reason.OTHER_REGION_OR_ACCOUNT: {
        "snapshot": ARN.replace(REGION, "us-east-1"),
    },
    Reason.OUT_OF_TIME: {"text": "Rate exceeded"},
    Reason.SOME_NOT_SHARED: {
        "text": (
            "snapshot sales-2026-11-23 has 50 tags, so there is no room for the tag that "
            "records this share; remove a tag from the snapshot"
        )
    },
    Reason.SNAPSHOT_NOT_AVAILABLE: {"status": "failed"},
    Reason.STACK_NOT_DELETING: {"status": "UPDATE_COMPLETE"},
    Reason.STACK_NOT_GOING_FORWARD: {"status": "UPDATE_ROLLBACK_IN_PROGRESS"},
    Reason.ROLLBACK_TO_NOTHING: {"status": "UPDATE_ROLLBACK_IN_PROGRESS"},
    Reason.UNEXPECTED: {"text": "KeyError"},
    Reason.WAIT_IS_OVER: {"status": "creating"},
}
# Of AWS, by the reason they are translated to: the operation, its code and its text.
REFUSALS = {
    "AccessDenied": (
        "AuthorizeSnapshotAccess",
        (
            f"User: arn:aws:sts::{OWNER}:assumed-role/Role/Function is not authorized to "
            f"perform: redshift:AuthorizeSnapshotAccess on resource: {ARN}"
        ),
    ),
    "AccessDeniedException": (
        "DescribeKey",
        (
            f"User: arn:aws:sts::{OWNER}:assumed-role/Role/Function is not authorized to "
            "perform: kms:DescribeKey on this resource"
        ),
    ),
    "AccessToSnapshotDenied": ("AuthorizeSnapshotAccess", ""),
    "AuthorizationAlreadyExists": ("AuthorizeSnapshotAccess", ""),
    "AuthorizationQuotaExceeded": ("AuthorizeSnapshotAccess", ""),
    "ClusterNotFound": ("CopyClusterSnapshot", "Cluster sales not found."),
    "ClusterSnapshotNotFound": ("AuthorizeSnapshotAccess", ""),
    "ClusterSnapshotQuotaExceeded": (
        "CopyClusterSnapshot",
        "Cannot create more than 20 manual snapshots.",
    ),
    "InvalidClientTokenId": (
        "DescribeClusterSnapshots",
        "The security token included in the request is invalid.",
    ),
    "InvalidClusterSnapshotState": (
        "AuthorizeSnapshotAccess",
        "Cannot authorize access to a snapshot that is being copied.",
    ),
    "InvalidClusterState": ("CreateTags", "The cluster is being resized."),
    "InvalidRetentionPeriodFault": (
        "CopyClusterSnapshot",
        "Invalid retention period specified.",
    ),
    "InvalidTagFault": ("CreateTags", "The tag is invalid."),
    "LimitExceededFault": ("AuthorizeSnapshotAccess", ""),
    "ResourceNotFoundFault": ("CreateTags", ""),
    "TagLimitExceededFault": ("CreateTags", ""),
    "UnauthorizedOperation": (
        "DescribeClusterSnapshots",
        "Access Denied. Please ensure that your IAM Permissions allow this operation.",
    ),
    "UnrecognizedClientException": (
        "DescribeClusterSnapshots",
        "The security token included in the request is invalid.",
    ),
    "UnsupportedOperation": (
        "AuthorizeSnapshotAccess",
        "The requested operation isn't supported.",
    ),
}

MINIMAL = {
    "SnapshotIdentifier": "sales-2026-11-23",
    "AccountWithRestoreAccess": ACCOUNT,
}
BY_ARN = {"SnapshotArn": ARN, "AccountWithRestoreAccess": ACCOUNT}
PROPERTIES: list[dict[str, Any]] = [
    {**MINIMAL, "SnapshotIdentifier": "Sales-2026-11-23"},
    {**MINIMAL, "SnapshotIdentifier": " sales"},
    {**MINIMAL, "SnapshotIdentifier": "rs:sales-2026-11-23-04-05-06"},
    {**MINIMAL, "SnapshotIdentifier": ["sales"]},
    {**MINIMAL, "SnapshotClusterIdentifier": "sales_1"},
    {**MINIMAL, "AccountWithRestoreAccess": "analytics"},
    {**MINIMAL, "AccountWithRestoreAccess": OWNER},
    {**MINIMAL, "ExistingShare": "adopt"},
    {**MINIMAL, "RemovalPolicy": "SNAPSHOT"},
    {**MINIMAL, "WaitForSnapshot": "900"},
    {**MINIMAL, "SnapshotArn": ARN},
    {"AccountWithRestoreAccess": ACCOUNT},
    {**BY_ARN, "SnapshotArn": "sales-2026-11-23"},
    {**BY_ARN, "SnapshotArn": ARN.replace("sales/", "sales_1/")},
    {**BY_ARN, "SnapshotArn": ARN.replace("/sales", "/rs:sales")},
    {
        **BY_ARN,
        "SnapshotArn": f"arn:aws:redshift-serverless:{REGION}:{OWNER}:snapshot/5f2c",
    },
    {**BY_ARN, "SnapshotClusterIdentifier": "marketing"},
]
CLUSTER = {
    "ClusterIdentifier": "sales",
    "AccountsWithRestoreAccess": f"{ACCOUNT},333333333333",
    "Newest": "7",
}
CLUSTER_PROPERTIES: list[dict[str, Any]] = [
    {**CLUSTER, "ClusterIdentifier": "Sales"},
    {**CLUSTER, "ClusterIdentifier": "sales_1"},
    {**CLUSTER, "AccountsWithRestoreAccess": f"{ACCOUNT},analytics"},
    {**CLUSTER, "AccountsWithRestoreAccess": f"{ACCOUNT},{OWNER}"},
    {
        **CLUSTER,
        "AccountsWithRestoreAccess": ",".join(str(10**11 + n) for n in range(21)),
    },
    {**CLUSTER, "Newest": "101"},
    {**CLUSTER, "Newest": ["7"]},
    {**CLUSTER, "SnapshotIdentifierPrefix": "rs:"},
    {**CLUSTER, "SnapshotIdentifierPrefix": "Weekly-"},
    {**CLUSTER, "ManualSnapshotRetentionPeriod": "-1"},
    {
        **CLUSTER,
        "ManualSnapshotRetentionPeriod": "7",
        "SnapshotIdentifierPrefix": "copy:",
    },
]
EVENT = {
    "RequestType": "Update",
    "RequestId": "5f2c",
    "StackId": STACK.arn,
    "LogicalResourceId": "Share",
    "PhysicalResourceId": f"sales-2026-11-23/{ACCOUNT}",
    "ResourceProperties": {},
    "OldResourceProperties": {},
}
EVENTS: list[dict[str, Any]] = [
    {},
    {**EVENT, "RequestType": "Read"},
    {**EVENT, "RequestId": "5f2c 6b1d"},
    {**EVENT, "StackId": "analytics"},
    {**EVENT, "PhysicalResourceId": "x" * 5000},
    {**EVENT, "OldResourceProperties": "none"},
]


def error_of(parse: Callable[..., object], *arguments: object) -> SnapshotShareError:
    try:
        parse(*arguments)
    except SnapshotShareError as error:
        return error
    raise AssertionError(f"nothing is wrong with {arguments}")


def samples() -> Iterator[SnapshotShareError]:
    """Reasons as the handler composes them, each kind at least once."""
    for event in EVENTS:
        yield error_of(parse_request, event)
    for properties in PROPERTIES:
        yield error_of(parse_declared_share, properties, STACK)
    for properties in CLUSTER_PROPERTIES:
        yield error_of(parse_declared_cluster, properties, STACK)
    for code, (operation, text) in REFUSALS.items():
        refusal = client_error(code, message=text, operation=operation)
        yield translate(refusal, VALUES)
    yield translate(
        client_error("InternalFailure", 500, "An internal error occurred."), VALUES
    )
    yield translate(NoCredentialsError(), VALUES)
    yield translate(
        EndpointConnectionError(
            endpoint_url=f"https://redshift.{REGION}.amazonaws.com/"
        ),
        VALUES,
    )
    parsed = {Reason.INVALID_REQUEST, Reason.INVALID_PROPERTY}
    of_aws = {Reason.AWS_ERROR, Reason.UNREACHABLE, *REASONS.values()}
    # Of AWS, and found by the function as well: both ways.
    also_ours = {Reason.SNAPSHOT_NOT_FOUND}
    for reason in Reason:
        if reason not in (parsed | of_aws) - also_ours:
            yield SnapshotShareError(reason, **{**VALUES, **SPECIAL.get(reason, {})})


def test_the_stored_reasons_are_what_the_handler_says() -> None:
    by_reason: dict[Reason, list[str]] = {reason: [] for reason in Reason}
    for error in samples():
        by_reason[error.reason].append(str(error))
    text = "\n".join(
        "\n".join([reason.name, *(f"  {line}" for line in lines), ""])
        for reason, lines in by_reason.items()
    )

    if "UPDATE_STORED_REASONS" in os.environ:
        STORED.parent.mkdir(exist_ok=True)
        STORED.write_text(text, "utf-8")

    assert all(by_reason.values())
    assert text == STORED.read_text("utf-8")


def test_every_code_of_aws_that_has_a_reason_is_stored() -> None:
    assert set(REFUSALS) == set(REASONS)
