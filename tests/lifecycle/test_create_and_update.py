"""Each row on Create and Update in docs/lifecycle.md."""

from typing import Any

import pytest

from local_aws.redshift import RedshiftClient
from redshift_snapshot_share_handler.settling import SETTLING_SECONDS
from tests.lifecycle.faults import (
    ACCESS_DENIED,
    ACCESS_DENIED_LONG,
    CRASH_AFTER,
    LOST_REPLY,
    SERVER_ERROR,
    THROTTLED,
    FaultAt,
    Meanwhile,
)
from tests.lifecycle.pairs import Pair
from tests.lifecycle.resource import Template
from tests.lifecycle.scenarios import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    deploy,
    roll_back_before,
)
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import CLUSTER, World, share

OTHER_ACCOUNT = Pair("monday", "333333333333")


def _create(world: World, template: Template, **flags: bool) -> Stack:
    stack = world.stack()
    stack.create(template, **flags)
    world.run()
    return stack


def _reason(stack: Stack) -> str:
    """The reason of the first request that failed."""
    return next(
        str(request.answer["Reason"])
        for request in stack.requests
        if request.answer and request.answer["Status"] == "FAILED"
    )


def _request_ids(world: World, pair: Pair) -> list[str]:
    return [value.split(" ")[1] for value in world.claims(pair).values()]


def test_snapshot_missing_fails_and_says_where(world: World) -> None:
    stack = _create(world, {"Share": share(Pair("sunday", MONDAY.account))})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "sunday does not exist in us-east-1 of account 111111111111" in _reason(
        stack
    )


def test_automated_snapshot_fails_and_names_the_way_out(world: World) -> None:
    backend = world.redshift.backend
    backend.create_cluster_snapshot(CLUSTER, "sunday", snapshot_type="automated")

    stack = _create(world, {"Share": share(Pair("sunday", MONDAY.account))})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "sunday is automated, and only manual" in _reason(stack)
    assert "copy it to a manual snapshot first" in _reason(stack)


def test_snapshot_that_another_account_shares_with_us_fails(world: World) -> None:
    fields = {"SnapshotIdentifier": "monday", "OwnerAccount": "999999999999"}
    world.redshift = _Describes(world.redshift, fields)

    stack = _create(world, {"Share": share(MONDAY)})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "monday belongs to another account" in _reason(stack)


def test_failed_snapshot_fails(world: World) -> None:
    world.redshift.backend.snapshots["monday"].final_status = "failed"

    stack = _create(world, {"Share": share(MONDAY)})

    assert "monday has the status failed" in _reason(stack)
    assert not world.claims(MONDAY)


def test_snapshot_of_another_cluster_fails(world: World) -> None:
    stack = _create(
        world, {"Share": share(MONDAY, SnapshotClusterIdentifier="marketing")}
    )

    assert f"monday is of cluster {CLUSTER}, not of cluster marketing" in _reason(stack)


def test_account_that_the_provider_does_not_allow_fails() -> None:
    world = World(allowed_accounts={"999999999999"})

    stack = _create(world, {"Share": share(MONDAY)})

    assert f"{MONDAY.account} is not among the provider's" in _reason(stack)
    assert not world.has_access(MONDAY)


def test_update_to_an_account_that_the_provider_does_not_allow_fails(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.allowed_accounts = {MONDAY.account}

    stack.update({"Share": share(OTHER_ACCOUNT)})
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert f"{OTHER_ACCOUNT.account} is not among the provider's" in _reason(stack)
    assert not world.has_access(OTHER_ACCOUNT)
    assert not world.claims(OTHER_ACCOUNT)


def test_account_that_is_not_allowed_fails_though_another_stack_shares_with_it(
    world: World,
) -> None:
    deploy(world, {"Share": share(OTHER_ACCOUNT)}, "beta")
    stack = deploy(world, {"Share": share(MONDAY)})
    world.allowed_accounts = {MONDAY.account}

    stack.update({"Share": share(OTHER_ACCOUNT)})
    world.run()

    assert f"{OTHER_ACCOUNT.account} is not among the provider's" in _reason(stack)
    [claim] = world.claims(OTHER_ACCOUNT).values()
    assert claim.startswith("beta/Share ")


@pytest.mark.parametrize("is_answered", [True, False])
def test_rollback_to_an_account_that_is_no_longer_allowed_keeps_its_access(
    world: World, *, is_answered: bool
) -> None:
    """It grants nobody anything, and must not leave the stack stuck."""
    stack = deploy(world, {"Share": share(MONDAY)})
    world.allowed_accounts = {OTHER_ACCOUNT.account}
    stack.update({"Share": share(OTHER_ACCOUNT)}, is_doomed=True)
    if is_answered:
        world.deliver_queued()

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.has_access(OTHER_ACCOUNT)


def test_rollback_gives_no_access_to_an_account_that_is_no_longer_allowed(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.allowed_accounts = {OTHER_ACCOUNT.account}
    stack.update(
        {"Share": share(Pair("tuesday", OTHER_ACCOUNT.account))}, is_doomed=True
    )
    world.deliver_queued()
    world.ledger.revoke_by_hand(MONDAY)
    # Another's access is not its own.
    world.ledger.authorize_by_hand(Pair("monday", "444444444444"))

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert not world.has_access(MONDAY)


def test_creating_is_claimed_and_waited_for(world: World) -> None:
    world.take_snapshot("wednesday", creating_seconds=120)

    stack = _create(world, {"Share": share(WEDNESDAY)})

    assert stack.status == "CREATE_COMPLETE"
    assert world.clock >= 120
    assert world.has_access(WEDNESDAY)


def test_creating_is_waited_for_by_an_update_too(world: World) -> None:
    world.take_snapshot("wednesday", creating_seconds=120)
    stack = deploy(world, {"Share": share(MONDAY)})

    stack.update({"Share": share(WEDNESDAY)})
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    assert world.clock >= 120
    assert world.has_access(WEDNESDAY)
    assert not world.has_access(MONDAY)


def test_creating_fails_when_the_wait_is_over(world: World) -> None:
    world.take_snapshot("wednesday", creating_seconds=120)

    stack = _create(world, {"Share": share(WEDNESDAY, WaitForSnapshot="60")})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "wednesday is still creating after 60 seconds" in _reason(stack)
    assert not world.claims(WEDNESDAY)


def test_creating_stops_when_the_claim_is_gone(world: World) -> None:
    """A Delete has run, so nothing is shared that is no longer declared."""
    world.take_snapshot("wednesday", creating_seconds=120)
    stack = world.stack()
    stack.create({"Share": share(WEDNESDAY)}, is_doomed=True)
    roll_back_before("describe_cluster_snapshots", world, stack, after=2)
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    assert not world.has_access(WEDNESDAY)
    assert not world.claims(WEDNESDAY)
    assert world.clock < 120


def test_creating_is_given_up_when_its_delete_ran_before_the_claim(
    world: World,
) -> None:
    world.take_snapshot("wednesday", creating_seconds=120)
    stack = world.stack()
    stack.create({"Share": share(WEDNESDAY)}, is_doomed=True)
    late = world.queue.pop()
    stack.fail_sibling()
    world.deliver_queued()

    world.invoke(late)
    world.run()

    assert not world.claims(WEDNESDAY)
    # The Delete waits until a claim could show, and no longer.
    assert world.clock == SETTLING_SECONDS


def test_account_without_access_is_claimed_then_authorized(world: World) -> None:
    stack = _create(world, {"Share": share(MONDAY)})

    assert stack.status == "CREATE_COMPLETE"
    assert stack.resources["Share"].physical_id == "monday/222222222222"
    assert stack.get_att("Share", "AccountsWithRestoreAccess") == "222222222222"
    assert world.has_access(MONDAY)
    assert list(world.claims(MONDAY).values()) == [
        f"alpha/Share {stack.requests[0].event['RequestId']}"
    ]


def test_create_makes_five_calls(world: World) -> None:
    _create(world, {"Share": share(MONDAY)})

    assert world.deliveries[0].calls == [
        "describe_cluster_snapshots",
        "create_tags",
        "describe_stacks",
        "authorize_snapshot_access",
        "describe_cluster_snapshots",
        "put",
    ]


def test_claim_of_an_earlier_delivery_is_written_again_with_this_request_id(
    world: World,
) -> None:
    """Otherwise the Delete of the failed Create would take it for its own."""
    stack = world.stack()
    world.faults = FaultAt("authorize_snapshot_access", ACCESS_DENIED_LONG)
    stack.create({"Share": share(MONDAY)}, disable_rollback=True)
    world.run()
    world.clock += 300

    stack.update({"Share": share(MONDAY)}, disable_rollback=True)
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    assert world.has_access(MONDAY)
    assert _request_ids(world, MONDAY) == [stack.requests[1].event["RequestId"]]


def test_stack_not_moving_forward_shares_nothing_and_withdraws_the_claim(
    world: World,
) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)
    world.faults = Meanwhile("describe_stacks", stack.fail_sibling)

    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "authorize_snapshot_access" not in world.deliveries[0].calls
    assert not world.claims(MONDAY)


def test_claim_gone_after_authorizing_revokes_if_nobody_claims_it(
    world: World,
) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)
    roll_back_before("authorize_snapshot_access", world, stack)
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    # Its own tag is removed whether or not it shows.
    assert world.deliveries[0].calls[-3:] == [
        "revoke_snapshot_access",
        "delete_tags",
        "put",
    ]
    assert not world.has_access(MONDAY)


def test_claim_gone_after_an_authorization_whose_reply_was_lost_revokes_too(
    world: World,
) -> None:
    """Redshift tells the retry that the access exists. It must not be taken for another's."""
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)
    roll_back_before("authorize_snapshot_access", world, stack, kind=LOST_REPLY)
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    assert not world.has_access(MONDAY)


def test_claim_gone_after_authorizing_leaves_what_another_stack_claims(
    world: World,
) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)

    def roll_back_while_another_stack_shares() -> None:
        deploy(world, {"Share": share(MONDAY)}, "beta")
        stack.fail_sibling()
        world.deliver_queued()

    world.faults = Meanwhile(
        "authorize_snapshot_access", roll_back_while_another_stack_shares
    )
    world.run()

    assert world.has_access(MONDAY)
    assert len(world.claims(MONDAY)) == 1


def test_access_and_our_claim_succeed_with_one_call(world: World) -> None:
    stack = _create(world, {"Share": share(MONDAY)})

    world.invoke(stack.requests[0])
    world.run()

    assert world.deliveries[1].calls == ["describe_cluster_snapshots", "put"]
    assert stack.status == "CREATE_COMPLETE"


def test_access_and_only_others_claims_adds_ours(world: World) -> None:
    deploy(world, {"Share": share(MONDAY)}, "beta")

    stack = _create(world, {"Share": share(MONDAY)})

    assert stack.status == "CREATE_COMPLETE"
    # The access that shows may be gone. Redshift is asked, and responds that it exists.
    assert world.deliveries[-1].calls.count("authorize_snapshot_access") == 1
    assert len(world.claims(MONDAY)) == 2


def test_access_and_only_others_claims_is_given_up_when_the_delete_ran_before(
    world: World,
) -> None:
    """No access would leak, but an orphaned claim would keep the access of others alive."""
    deploy(world, {"Share": share(MONDAY)}, "beta")
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)
    late = world.queue.pop()
    stack.fail_sibling()
    world.deliver_queued()

    world.invoke(late)
    world.run()

    assert len(world.claims(MONDAY)) == 1


def test_access_without_any_claim_fails_and_changes_nothing(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)

    stack = _create(world, {"Share": share(MONDAY)})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "somebody shared it by hand" in _reason(stack)
    assert world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_access_without_any_claim_is_claimed_as_adopted(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)

    stack = _create(world, {"Share": share(MONDAY, ExistingShare="ADOPT")})

    assert stack.status == "CREATE_COMPLETE"
    assert [value.split(" ")[2:] for value in world.claims(MONDAY).values()] == [
        ["adopted"]
    ]


def test_access_without_any_claim_is_claimed_by_an_update_of_that_pair(
    world: World,
) -> None:
    """People, and CloudFormation's own handling of tags, may remove tags."""
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.strip_tags("monday")

    stack.update({"Share": share(MONDAY, WaitForSnapshot="60")})
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    assert len(world.claims(MONDAY)) == 1


def test_access_without_any_claim_is_left_to_an_update_that_begins_in_a_rollback(
    world: World,
) -> None:
    """A reversed Update finds its share stripped. It succeeds without a claim."""
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    world.deliver_queued()
    world.ledger.strip_tags("monday")

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)


def test_forward_update_that_begins_in_a_rollback_shares_nothing(
    world: World,
) -> None:
    """Only the missing claim distinguishes it from a reversed Update."""
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    late = world.queue.pop()
    stack.fail_sibling()
    world.queue.append(late)
    reversed_update = world.queue.pop(0)
    world.deliver_queued()
    world.invoke(reversed_update)
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert not world.has_access(TUESDAY)
    assert not world.claims(TUESDAY)


def test_update_to_another_pair_responds_with_a_new_id_and_keeps_the_old_until_cleanup(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    had_access = []
    world.faults = Meanwhile(
        "put", lambda: had_access.append((world.has_access(MONDAY), stack.status))
    )

    stack.update({"Share": share(TUESDAY)})
    world.run()

    assert had_access == [(True, "UPDATE_IN_PROGRESS")]
    assert stack.resources["Share"].physical_id == "tuesday/222222222222"
    assert [request.kind for request in stack.requests] == [
        "Create",
        "Update",
        "Delete",
    ]
    assert not world.has_access(MONDAY)
    assert world.has_access(TUESDAY)


def test_update_without_a_response_is_released_by_the_reversed_update(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)

    stack.update({"Share": share(TUESDAY)})
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)
    assert not world.claims(TUESDAY)


def test_update_without_a_response_is_released_though_the_old_snapshot_is_gone(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    world.deliver_queued()
    world.ledger.revoke_by_hand(MONDAY)
    world.ledger.delete_snapshot("monday")

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert not world.has_access(TUESDAY)
    assert not world.claims(TUESDAY)


def test_update_of_the_same_pair_by_arn_changes_nothing(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    properties = {
        "SnapshotArn": f"arn:aws:redshift:us-east-1:111111111111:snapshot:{CLUSTER}/monday",
        "AccountWithRestoreAccess": MONDAY.account,
        # For the ledger, which reads properties as the double does.
        "SnapshotIdentifier": "",
    }
    request = stack.requests[0]
    event = {
        **request.event,
        "RequestType": "Update",
        "PhysicalResourceId": str(MONDAY),
        "ResourceProperties": properties,
        "OldResourceProperties": request.event["ResourceProperties"],
    }
    request.event = event
    world.invoke(request)
    world.run()

    assert world.deliveries[-1].calls == ["describe_cluster_snapshots", "put"]


def test_authorization_that_is_there_already_makes_it_look_and_decide_again(
    world: World,
) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)})
    world.faults = Meanwhile(
        "authorize_snapshot_access",
        lambda: deploy(world, {"Share": share(MONDAY)}, "beta"),
    )

    world.run()

    assert stack.status == "CREATE_COMPLETE"
    assert len(world.claims(MONDAY)) == 2


@pytest.mark.parametrize("kind", [LOST_REPLY, THROTTLED, SERVER_ERROR, ACCESS_DENIED])
@pytest.mark.parametrize(
    "call",
    [
        "describe_cluster_snapshots",
        "create_tags",
        "describe_stacks",
        "authorize_snapshot_access",
    ],
)
def test_passing_trouble_is_retried(world: World, call: str, kind: str) -> None:
    world.faults = FaultAt(call, kind)

    stack = _create(world, {"Share": share(MONDAY)})

    assert stack.status == "CREATE_COMPLETE"


def test_access_denied_for_more_than_a_minute_fails(world: World) -> None:
    world.faults = FaultAt("authorize_snapshot_access", ACCESS_DENIED_LONG)

    stack = _create(world, {"Share": share(MONDAY)})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "the function's role may not do this" in _reason(stack)
    assert 60 <= world.clock < 200


def test_failure_comes_before_the_deadline(world: World) -> None:
    world.take_snapshot("wednesday", creating_seconds=10_000)
    world.faults = FaultAt("put", THROTTLED)

    stack = _create(world, {"Share": share(WEDNESDAY, WaitForSnapshot="720")})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.clock <= 840


def test_twenty_first_account_fails_and_says_why(world: World) -> None:
    for number in range(20):
        world.ledger.authorize_by_hand(Pair("monday", f"{number:012}"))

    stack = _create(world, {"Share": share(MONDAY)})

    assert "already shared with as many accounts as Redshift allows" in _reason(stack)
    assert not world.claims(MONDAY)


def test_fifty_first_tag_fails_and_says_why(world: World) -> None:
    tags = world.redshift.backend.snapshots["monday"].tags_by_key
    tags.update({f"tag{number}": "" for number in range(50)})

    stack = _create(world, {"Share": share(MONDAY)})

    assert "monday has 50 tags" in _reason(stack)
    assert not world.has_access(MONDAY)
    tags.clear()


class _Describes(RedshiftClient):
    """A Redshift that knows one snapshot, somebody else's."""

    def __init__(self, redshift: RedshiftClient, fields: dict[str, Any]) -> None:
        super().__init__(redshift.backend.redshift, redshift.account)
        self._fields = fields

    def describe_cluster_snapshots(self, **_parameters: Any) -> dict[str, Any]:
        return {"Snapshots": [{**self._fields, "Tags": []}]}
