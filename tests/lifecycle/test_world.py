"""The world varies what it is asked to vary."""

from tests.lifecycle.request import Request
from tests.lifecycle.scenarios import MONDAY, deploy
from tests.lifecycle.world import World, share


def _shown(world: World) -> tuple[int, int]:
    """The number of tags and accounts that the next look shows."""
    answer = world.redshift.describe_cluster_snapshots(SnapshotIdentifier="monday")
    (snapshot,) = answer["Snapshots"]
    return len(snapshot["Tags"]), len(snapshot.get("AccountsWithRestoreAccess", ()))


def test_tags_and_accounts_show_late_each_by_its_own_lag() -> None:
    world = World(tag_lag=2, account_lag=4)
    world.redshift.authorize_snapshot_access(
        SnapshotIdentifier="monday", AccountWithRestoreAccess=MONDAY.account
    )
    arn = world.redshift.backend.snapshots["monday"].arn
    world.redshift.create_tags(
        ResourceName=arn, Tags=[{"Key": "Owner", "Value": "sales"}]
    )

    assert _shown(world) == (0, 0)
    world.clock += 2
    assert _shown(world) == (1, 0)
    world.clock += 2
    assert _shown(world) == (1, 1)


def test_the_next_world_has_no_lag() -> None:
    World(tag_lag=2, account_lag=4)

    world = World()

    world.redshift.authorize_snapshot_access(
        SnapshotIdentifier="monday", AccountWithRestoreAccess=MONDAY.account
    )
    assert _shown(world) == (0, 1)


def test_each_call_takes_time_only_once_though_the_run_is_replayed(
    world: World,
) -> None:
    world.call_seconds = 0.25

    deploy(world, {"Share": share(MONDAY)})

    assert world.clock == 0.25 * world.counts["API calls"]


def test_retained_share_says_so_in_its_properties() -> None:
    sent: list[Request] = []
    world = World()
    world.cloudformation.send = sent.append

    world.stack().create({"Share": share(MONDAY, is_retained=True)})

    assert sent[0].event["ResourceProperties"]["RemovalPolicy"] == "RETAIN"
