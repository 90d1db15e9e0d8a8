"""Redshift's resource types in the local CloudFormation."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from local_aws import LocalAws

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(logs=tmp_path_factory.mktemp("local-aws")) as aws:
        yield aws


class Stack:
    """A stack of a cluster, and snapshots of it."""

    def __init__(self, aws: LocalAws) -> None:
        self.redshift = aws.client("redshift")
        self._cloudformation = aws.client("cloudformation")
        number = next(_NUMBERS)
        self.name = f"Stack{number}"
        #: Mixed case, as Redshift's identifiers are not case sensitive.
        self.cluster: dict[str, Any] = {
            "ClusterIdentifier": f"Sales{number}",
            "ClusterType": "single-node",
            "DBName": "dev",
            "MasterUsername": "admin",
            "MasterUserPassword": "Secret-1",
            "NodeType": "ra3.large",
        }

    def snapshot(self, identifier: str, **properties: Any) -> dict[str, Any]:
        """Declare a snapshot of the cluster."""
        return {
            "Type": "AWS::Redshift::Snapshot",
            "Properties": {
                "ClusterIdentifier": {"Ref": "Cluster"},
                "SnapshotIdentifier": identifier,
                **properties,
            },
        }

    def create(self, **snapshots: dict[str, Any]) -> None:
        """Create it."""
        self._cloudformation.create_stack(
            StackName=self.name, TemplateBody=self._template(snapshots)
        )
        assert self.status() == "CREATE_COMPLETE"

    def update(self, **snapshots: dict[str, Any]) -> str:
        """Update it; return its status."""
        self._cloudformation.update_stack(
            StackName=self.name, TemplateBody=self._template(snapshots)
        )
        return self.status()

    def delete(self) -> None:
        """Delete it."""
        self._cloudformation.delete_stack(StackName=self.name)
        self._cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 5}
        )

    def status(self) -> str:
        """Its status."""
        [stack] = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        return str(stack["StackStatus"])

    def physical_id(self, logical_id: str) -> str:
        """The physical id of a resource."""
        resource = self._cloudformation.describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    def events(self, logical_id: str) -> list[tuple[str, str]]:
        """Status and physical id, oldest first."""
        pages = self._cloudformation.describe_stack_events(StackName=self.name)
        return [
            (event["ResourceStatus"], event["PhysicalResourceId"].rpartition("/")[2])
            for event in reversed(pages["StackEvents"])
            if event["LogicalResourceId"] == logical_id
        ]

    def reasons(self) -> str:
        """All that its events say."""
        pages = self._cloudformation.describe_stack_events(StackName=self.name)
        return " ".join(
            event.get("ResourceStatusReason", "") for event in pages["StackEvents"]
        )

    def snapshots(self) -> list[str]:
        """The manual snapshots of the cluster."""
        answer = self.redshift.describe_cluster_snapshots(
            SnapshotType="manual", ClusterIdentifier=self.cluster["ClusterIdentifier"]
        )
        return [snapshot["SnapshotIdentifier"] for snapshot in answer["Snapshots"]]

    def _template(self, snapshots: dict[str, dict[str, Any]]) -> str:
        cluster = {"Type": "AWS::Redshift::Cluster", "Properties": self.cluster}
        return json.dumps({"Resources": {"Cluster": cluster, **snapshots}})


@pytest.fixture
def stack(aws: LocalAws) -> Stack:
    return Stack(aws)


def test_a_changed_identifier_replaces_the_snapshot(stack: Stack) -> None:
    first, second = (f"{stack.name.lower()}-{name}" for name in ("one", "two"))
    stack.create(Snapshot=stack.snapshot(first))

    status = stack.update(Snapshot=stack.snapshot(second))

    assert status == "UPDATE_COMPLETE"
    assert stack.snapshots() == [second]
    assert stack.physical_id("Snapshot").endswith(f"/{second}")
    assert stack.events("Snapshot")[-2:] == [
        ("DELETE_IN_PROGRESS", first),
        ("DELETE_COMPLETE", first),
    ]


def test_a_replaced_snapshot_that_is_shared_stays_and_the_events_say_so(
    stack: Stack,
) -> None:
    first, second = (f"{stack.name.lower()}-{name}" for name in ("one", "two"))
    stack.create(Snapshot=stack.snapshot(first))
    stack.redshift.authorize_snapshot_access(
        SnapshotIdentifier=first, AccountWithRestoreAccess="210987654321"
    )

    status = stack.update(Snapshot=stack.snapshot(second))

    assert status == "UPDATE_COMPLETE"
    assert stack.snapshots() == [first, second]
    assert stack.events("Snapshot")[-1] == ("DELETE_FAILED", first)


def test_tags_and_retention_of_a_snapshot_update_in_place(stack: Stack) -> None:
    name = f"{stack.name.lower()}-one"
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]
    stack.create(
        Snapshot=stack.snapshot(name, Tags=tags, ManualSnapshotRetentionPeriod=7)
    )
    before = stack.physical_id("Snapshot")
    stack.redshift.create_tags(
        ResourceName=before, Tags=[{"Key": "claim", "Value": ""}]
    )

    status = stack.update(
        Snapshot=stack.snapshot(
            name, Tags=[{"Key": "a", "Value": "2"}], ManualSnapshotRetentionPeriod="9"
        )
    )

    assert status == "UPDATE_COMPLETE"
    assert stack.physical_id("Snapshot") == before
    [snapshot] = stack.redshift.describe_cluster_snapshots(SnapshotIdentifier=name)[
        "Snapshots"
    ]
    assert {tag["Key"]: tag["Value"] for tag in snapshot["Tags"]} == {
        "a": "2",
        "claim": "",
    }
    assert snapshot["ManualSnapshotRetentionPeriod"] == 9


def test_a_snapshot_that_keeps_its_name_cannot_be_replaced(stack: Stack) -> None:
    name = f"{stack.name.lower()}-one"
    stack.create(Snapshot=stack.snapshot(name))

    status = stack.update(
        Snapshot=stack.snapshot(name, ClusterIdentifier="another-cluster")
    )

    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert "a custom-named resource requires replacing" in stack.reasons()
    assert stack.snapshots() == [name]


def test_a_removed_resource_has_its_events(stack: Stack) -> None:
    name = f"{stack.name.lower()}-one"
    stack.create(Snapshot=stack.snapshot(name))

    stack.update()

    assert stack.snapshots() == []
    assert stack.events("Snapshot")[-2:] == [
        ("DELETE_IN_PROGRESS", name),
        ("DELETE_COMPLETE", name),
    ]


def test_a_clusters_identifier_is_not_case_sensitive(stack: Stack) -> None:
    """Neither when it is made, nor when its stack is deleted."""
    stack.create()

    assert stack.physical_id("Cluster") == stack.cluster["ClusterIdentifier"].lower()
    [cluster] = stack.redshift.describe_clusters(
        ClusterIdentifier=stack.cluster["ClusterIdentifier"].upper()
    )["Clusters"]
    assert cluster["ClusterIdentifier"] == stack.cluster["ClusterIdentifier"].lower()

    stack.delete()

    with pytest.raises(stack.redshift.exceptions.ClusterNotFoundFault):
        stack.redshift.describe_clusters(
            ClusterIdentifier=stack.cluster["ClusterIdentifier"]
        )


def test_tags_and_size_of_a_cluster_update_in_place(stack: Stack) -> None:
    stack.cluster["Tags"] = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]
    stack.create()
    stack.cluster |= {
        "ClusterType": "multi-node",
        "NodeType": "ra3.4xlarge",
        "NumberOfNodes": "2",
        "Tags": [{"Key": "a", "Value": "2"}],
    }

    status = stack.update()

    assert status == "UPDATE_COMPLETE"
    [cluster] = stack.redshift.describe_clusters(
        ClusterIdentifier=stack.cluster["ClusterIdentifier"]
    )["Clusters"]
    assert cluster["Tags"] == [{"Key": "a", "Value": "2"}]
    assert cluster["NodeType"] == "ra3.4xlarge"
    assert cluster["NumberOfNodes"] == 2


def test_a_changed_identifier_replaces_the_cluster(stack: Stack) -> None:
    stack.create()
    old = stack.cluster["ClusterIdentifier"]
    stack.cluster["ClusterIdentifier"] = f"{old}-new"

    status = stack.update()

    assert status == "UPDATE_COMPLETE"
    assert stack.physical_id("Cluster") == f"{old}-new".lower()
    with pytest.raises(stack.redshift.exceptions.ClusterNotFoundFault):
        stack.redshift.describe_clusters(ClusterIdentifier=old)


def test_resources_that_are_gone_already_do_not_hold_up_a_deletion(
    stack: Stack,
) -> None:
    name = f"{stack.name.lower()}-one"
    stack.create(Snapshot=stack.snapshot(name))
    stack.redshift.delete_cluster_snapshot(SnapshotIdentifier=name)
    stack.redshift.delete_cluster(
        ClusterIdentifier=stack.cluster["ClusterIdentifier"],
        SkipFinalClusterSnapshot=True,
    )

    stack.delete()


def test_a_shared_snapshot_holds_up_a_deletion(stack: Stack) -> None:
    name = f"{stack.name.lower()}-one"
    stack.create(Snapshot=stack.snapshot(name))
    stack.redshift.authorize_snapshot_access(
        SnapshotIdentifier=name, AccountWithRestoreAccess="210987654321"
    )

    with pytest.raises(WaiterError):
        stack.delete()

    assert stack.status() == "DELETE_FAILED"
    statuses = [status for status, _ in stack.events("Snapshot")]
    assert statuses.count("DELETE_IN_PROGRESS") == 1
