"""The audit's clients refuse every operation that could write, before it is sent."""

import pytest
from botocore.exceptions import EndpointConnectionError

from redshift_snapshot_audit import session
from redshift_snapshot_audit.session import OPERATIONS, Session


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(
        session,
        "_CONFIG",
        session._CONFIG.merge(type(session._CONFIG)(retries={"total_max_attempts": 1})),
    )
    return Session()


def test_a_writing_operation_is_refused(reader: Session) -> None:
    redshift = reader.client("redshift", "us-east-1")

    with pytest.raises(
        RuntimeError, match="may not call redshift:RevokeSnapshotAccess"
    ):
        redshift.revoke_snapshot_access(
            SnapshotIdentifier="a", AccountWithRestoreAccess="210987654321"
        )
    with pytest.raises(EndpointConnectionError):
        redshift.describe_cluster_snapshots()


def test_a_service_that_is_not_listed_is_refused(reader: Session) -> None:
    with pytest.raises(RuntimeError, match="may not call s3:ListBuckets"):
        reader.client("s3", "us-east-1").list_buckets()


def test_every_operation_that_is_listed_only_reads() -> None:
    assert all(
        operation.startswith(("Describe", "Get", "List"))
        for operations in OPERATIONS.values()
        for operation in operations
    )
