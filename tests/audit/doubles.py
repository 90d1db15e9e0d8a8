"""Stand-ins for the boto3 clients that the audit is given, in memory and with pages."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from redshift_snapshot_audit.declared_resource import DeclaredResource
from redshift_snapshot_share_handler.contract import RESOURCE_TYPE

OWNER = "111122223333"
ANALYTICS = "210987654321"
PARTNER = "333333333333"
REGION = "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{OWNER}:key/1234"

Answer = dict[str, Any]


def refusal(code: str, message: str = "no", operation: str = "Any") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def stack_id(name: str, number: int = 1) -> str:
    return f"arn:aws:cloudformation:{REGION}:{OWNER}:stack/{name}/{number}"


def resource(
    name: str = "Share",
    pair: str = f"sales/{ANALYTICS}",
    *,
    stack: str = "Sales",
    number: int = 1,
    kind: str = RESOURCE_TYPE,
    status: str = "CREATE_COMPLETE",
) -> DeclaredResource:
    return DeclaredResource(stack_id(stack, number), stack, name, kind, pair, status)


def claim(
    owner: DeclaredResource, account: str = ANALYTICS, words: str = ""
) -> dict[str, str]:
    """The tag that a resource writes for an account."""
    return {
        "Key": f"redshift-snapshot-share:{account}:{owner.digits}",
        "Value": f"{owner.label} 11aa{words}",
    }


def snapshot(
    name: str = "sales",
    accounts: tuple[str, ...] = (),
    tags: tuple[dict[str, str], ...] = (),
    **fields: Any,
) -> Answer:
    """A `Snapshot` structure."""
    shared = [{"AccountId": account} for account in accounts]
    return {
        "SnapshotIdentifier": name,
        "ClusterIdentifier": "tickit",
        "OwnerAccount": OWNER,
        "Tags": list(tags),
        # Redshift leaves the list out where it would be empty.
        **({"AccountsWithRestoreAccess": shared} if shared else {}),
        **fields,
    }


class Paginator:
    """What `get_paginator` gives: the operation as a generator of pages."""

    def __init__(self, paginate: Callable[..., Iterator[Answer]]) -> None:
        self.paginate = paginate


class FakeRedshift:
    """DescribeClusterSnapshots, with one snapshot per page and an empty page first."""

    def __init__(self, *snapshots: Answer, error: ClientError | None = None) -> None:
        self.snapshots = list(snapshots)
        self.error = error
        self.parameters: list[Answer] = []

    def get_paginator(self, operation: str) -> Any:
        return Paginator(getattr(self, operation))

    def describe_cluster_snapshots(self, **parameters: Any) -> Iterator[Answer]:
        self.parameters.append(parameters)
        name = parameters.get("SnapshotIdentifier")
        found = [
            each
            for each in self.snapshots
            if name in {None, each["SnapshotIdentifier"]}
        ]
        if name is not None and not found:
            raise refusal("ClusterSnapshotNotFound")
        yield {"Snapshots": []}
        for each in found:
            yield {"Snapshots": [each]}
        if self.error is not None:
            raise self.error


class FakeCloudFormation:
    """ListStacks and ListStackResources, with one entry per page."""

    def __init__(
        self,
        *resources: DeclaredResource,
        stack_status: str = "CREATE_COMPLETE",
        errors: dict[str, Exception] | None = None,
    ) -> None:
        self.resources = resources
        self.stack_status = stack_status
        #: By the name of a stack; the empty name is for ListStacks.
        self.errors = errors or {}
        self.calls: list[str] = []

    def get_paginator(self, operation: str) -> Any:
        return Paginator(getattr(self, operation))

    def list_stacks(self) -> Iterator[Answer]:
        self.calls.append("ListStacks")
        if "" in self.errors:
            raise self.errors[""]
        stacks = {each.stack_id: each.stack_name for each in self.resources}
        stacks |= {stack_id(name): name for name in self.errors}
        for identifier, name in stacks.items():
            yield {
                "StackSummaries": [
                    {
                        "StackId": identifier,
                        "StackName": name,
                        "StackStatus": self.stack_status,
                    }
                ]
            }

    def list_stack_resources(self, StackName: str) -> Iterator[Answer]:  # noqa: N803 - boto3's
        self.calls.append(StackName)
        name = StackName.split("/")[1]
        if name in self.errors:
            raise self.errors[name]
        for each in self.resources:
            if each.stack_id == StackName:
                yield {
                    "StackResourceSummaries": [
                        {
                            "LogicalResourceId": each.logical_id,
                            "PhysicalResourceId": each.physical_id,
                            "ResourceType": each.resource_type,
                            "ResourceStatus": each.status,
                        }
                    ]
                }


class FakeKms:
    """DescribeKey and GetKeyPolicy of one key."""

    def __init__(
        self,
        policy: str = "{}",
        error: Exception | None = None,
        **metadata: str,
    ) -> None:
        self.policy = policy
        self.error = error
        self.metadata = {"KeyManager": "CUSTOMER", "KeyState": "Enabled", **metadata}
        self.calls = 0

    def describe_key(self, **_: str) -> Answer:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return {"KeyMetadata": self.metadata}

    def get_key_policy(self, **_: str) -> Answer:
        self.calls += 1
        return {"Policy": self.policy}
