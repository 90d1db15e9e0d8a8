"""Only an account that may use the KMS key can restore an encrypted snapshot."""

from tests.lifecycle.pairs import Pair
from tests.lifecycle.request import Request
from tests.lifecycle.scenarios import MONDAY
from tests.lifecycle.world import CLUSTER, World, share

KEY = "arn:aws:kms:us-east-1:111111111111:key/1"


class Kms:
    """A KMS whose keys are all managed by one side."""

    def __init__(self, manager: str) -> None:
        self._manager = manager

    def describe_key(self, *, KeyId: str) -> dict[str, dict[str, str]]:  # noqa: N803 - as botocore
        return {"KeyMetadata": {"KeyId": KeyId, "KeyManager": self._manager}}


def create(world: World, account: str = MONDAY.account) -> Request:
    """Take a snapshot of a cluster that a key encrypts, and share it."""
    cluster = world.redshift.backend.clusters[CLUSTER]
    cluster.encrypted, cluster.kms_key_id = True, KEY
    try:
        world.take_snapshot("vault")
    finally:
        cluster.encrypted, cluster.kms_key_id = False, None
    stack = world.stack()
    stack.create({"Share": share(Pair("vault", account))})
    request = stack.requests[0]
    world.run()
    return request


def test_a_key_that_aws_manages_fails_before_anything_is_claimed() -> None:
    world = World()
    world.kms = Kms("AWS")

    request = create(world)

    assert request.answer is not None
    reason = str(request.answer["Reason"])
    assert f"encrypted with the AWS managed key {KEY}" in reason
    assert world.deliveries[0].calls == ["describe_cluster_snapshots", "put"]


def test_a_customer_managed_key_is_accepted() -> None:
    world = World()
    world.kms = Kms("CUSTOMER")

    assert create(world).has_succeeded
    assert world.has_access(Pair("vault", MONDAY.account))


def test_aws_support_may_be_given_a_snapshot_under_any_key() -> None:
    world = World()
    world.kms = Kms("AWS")

    assert create(world, "amazon-redshift-support").has_succeeded
