"""For every error of an operation, the handler has a reason or tries again."""

import botocore.session
import pytest
from botocore.retries import standard

from redshift_snapshot_share_handler import redshift, retry
from redshift_snapshot_share_handler.contract import OPERATIONS
from redshift_snapshot_share_handler.errors import REASONS

SESSION = botocore.session.Session()

# Codes with which an operation never responds to us, and why. All others must have a
# reason.
CANNOT_HAPPEN = {
    ("DescribeKey", "NotFoundException"): "expected by Keys.is_aws_managed",
    ("DescribeKey", "InvalidArnException"): "expected by Keys.is_aws_managed",
    ("DescribeKey", "DependencyTimeoutException"): "HTTP status 5xx: retried",
    ("DescribeKey", "KMSInternalException"): "HTTP status 5xx: retried",
}
# The handler expects these for one operation, and continues without an error.
EXPECTED = {
    "CopyClusterSnapshot": {"ClusterSnapshotAlreadyExists"},
    "CreateTags": frozenset[str](),
    "DeleteTags": redshift._SNAPSHOT_GONE,
    "DescribeClusterSnapshots": redshift._NOT_FOUND,
    "RevokeSnapshotAccess": redshift._SNAPSHOT_GONE | {"AuthorizationNotFound"},
}
ERRORS = [
    (operation, shape.metadata.get("error", {}).get("code", shape.name))
    for service, operations in OPERATIONS.items()
    for operation in operations
    for shape in SESSION.get_service_model(service)
    .operation_model(operation)
    .error_shapes
]


def test_there_are_errors_to_check() -> None:
    assert len(ERRORS) >= 25


@pytest.mark.parametrize(("operation", "code"), ERRORS)
def test_every_error_is_mapped_retried_or_expected(operation: str, code: str) -> None:
    ways = [
        code in REASONS,
        code in retry.THROTTLING_CODES,
        code in EXPECTED.get(operation, ()),
        (operation, code) in CANNOT_HAPPEN,
    ]

    assert any(ways)


@pytest.mark.parametrize(("operation", "code"), CANNOT_HAPPEN)
def test_every_exception_to_that_is_still_needed(operation: str, code: str) -> None:
    assert (operation, code) in ERRORS
    assert code not in REASONS


def test_codes_are_those_on_the_wire_and_not_the_names_of_classes() -> None:
    model = SESSION.get_service_model("redshift")
    wire = {
        shape.metadata["error"]["code"]
        for name in model.shape_names
        if "error" in (shape := model.shape_for(name)).metadata
    }
    of_iam = retry.ACCESS_DENIED_CODES

    assert set(REASONS) <= wire | of_iam
    for codes in EXPECTED.values():
        assert codes <= wire


def test_cloudformation_has_no_errors_that_need_the_snapshots_name() -> None:
    """`stack.py` translates without the fields of the messages."""
    model = SESSION.get_service_model("cloudformation")

    assert model.operation_model("DescribeStacks").error_shapes == []


def test_botocores_throttling_codes_are_retried() -> None:
    botocores = set(standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES)

    assert (
        botocores
        | {
            # In Redshift's model, and never retried by botocore.
            "DependentServiceRequestThrottlingFault",
        }
        == retry.THROTTLING_CODES
    )


def test_botocores_passing_codes_are_retried() -> None:
    botocores = set(standard.TransientRetryableChecker._TRANSIENT_ERROR_CODES)

    assert botocores <= retry.THROTTLING_CODES | retry._TIMEOUT_CODES


def test_botocores_passing_statuses_are_retried() -> None:
    statuses = standard.TransientRetryableChecker._TRANSIENT_STATUS_CODES

    assert all(status >= retry._SERVER_ERROR for status in statuses)
