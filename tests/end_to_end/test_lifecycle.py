"""The real CDK CLI, CloudFormation and Lambda, with IAM enforced, on the local AWS."""

from collections.abc import Callable

import pytest

from tests.end_to_end.deployment import Account, DeployedStack

ANALYTICS = "210987654321"
FINANCE = "321098765432"

# A resource that fails when the others are done.
LATER_FAILURE = {
    "Later": {"snapshot": "no-such-snapshot", "account": ANALYTICS, "is_last": "true"}
}


def test_access_is_granted_with_the_stack_moved_to_another_account_and_revoked_with_the_stack(
    account: Account, stack: DeployedStack
) -> None:
    snapshot = account.make_snapshot()

    stack.deploy({"Share": {"snapshot": snapshot, "account": ANALYTICS}})
    after_create = account.accounts_with_restore_access(snapshot)
    stack.deploy({"Share": {"snapshot": snapshot, "account": FINANCE}})
    after_update = account.accounts_with_restore_access(snapshot)
    stack.destroy()

    assert after_create == [ANALYTICS]
    assert after_update == [FINANCE]
    assert account.accounts_with_restore_access(snapshot) == []
    assert account.claims(snapshot) == []


def test_another_snapshot_replaces_the_share(
    account: Account, stack: DeployedStack
) -> None:
    first, second = account.make_snapshot(), account.make_snapshot()
    stack.deploy({"Share": {"snapshot": first, "account": ANALYTICS}})

    stack.deploy({"Share": {"snapshot": second, "account": ANALYTICS}})

    assert account.accounts_with_restore_access(first) == []
    assert account.accounts_with_restore_access(second) == [ANALYTICS]


def test_a_renamed_share_keeps_its_access(
    account: Account, stack: DeployedStack
) -> None:
    """CloudFormation creates the new logical id and then deletes the old one."""
    snapshot = account.make_snapshot()
    stack.deploy({"Before": {"snapshot": snapshot, "account": ANALYTICS}})

    stack.deploy({"After": {"snapshot": snapshot, "account": ANALYTICS}})

    assert account.accounts_with_restore_access(snapshot) == [ANALYTICS]
    [claim] = account.claims(snapshot)
    assert claim.startswith(f"{stack.name}/After")
    stack.destroy()
    assert account.accounts_with_restore_access(snapshot) == []


def test_the_rollback_of_an_update_restores_the_access_of_the_former_account(
    account: Account, stack: DeployedStack
) -> None:
    snapshot = account.make_snapshot()
    stack.deploy({"Share": {"snapshot": snapshot, "account": ANALYTICS}})

    written = stack.fail_to_deploy(
        {
            "Share": {"snapshot": snapshot, "account": FINANCE},
            **LATER_FAILURE,
        }
    )

    assert "snapshot no-such-snapshot does not exist in us-east-1" in written
    assert account.accounts_with_restore_access(snapshot) == [ANALYTICS]
    stack.destroy()
    assert account.accounts_with_restore_access(snapshot) == []


def test_a_first_deployment_that_is_rolled_back_leaves_no_access(
    account: Account, stack: DeployedStack
) -> None:
    snapshot = account.make_snapshot()

    stack.fail_to_deploy(
        {
            "Share": {"snapshot": snapshot, "account": ANALYTICS},
            **LATER_FAILURE,
        }
    )

    assert account.accounts_with_restore_access(snapshot) == []
    assert account.claims(snapshot) == []


def test_a_rolled_back_rename_keeps_the_access(
    account: Account, stack: DeployedStack
) -> None:
    snapshot = account.make_snapshot()
    stack.deploy({"Before": {"snapshot": snapshot, "account": ANALYTICS}})

    stack.fail_to_deploy(
        {
            "After": {"snapshot": snapshot, "account": ANALYTICS},
            **LATER_FAILURE,
        }
    )

    assert account.accounts_with_restore_access(snapshot) == [ANALYTICS]
    [claim] = account.claims(snapshot)
    assert claim.startswith(f"{stack.name}/Before")


def test_one_share_of_several_can_be_removed(
    account: Account, stack: DeployedStack
) -> None:
    """The policy no longer names the snapshot when the Delete is sent. IAM must still allow
    it."""
    first, second = account.make_snapshot(), account.make_snapshot()
    stack.deploy(
        {
            "First": {"snapshot": first, "account": ANALYTICS},
            "Second": {"snapshot": second, "account": ANALYTICS},
        }
    )

    stack.deploy({"First": {"snapshot": first, "account": ANALYTICS}})

    assert account.accounts_with_restore_access(first) == [ANALYTICS]
    assert account.accounts_with_restore_access(second) == []
    assert account.claims(second) == []
    cloudformation = account.aws.client("cloudformation")
    events = cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    assert [
        event["ResourceStatus"]
        for event in reversed(events)
        if event["PhysicalResourceId"].startswith(f"{second}/")
    ][-2:] == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]


def test_two_stacks_may_declare_the_same_share(
    account: Account, make_stack: Callable[[], DeployedStack]
) -> None:
    snapshot = account.make_snapshot()
    one, other = make_stack(), make_stack()
    share = {"Share": {"snapshot": snapshot, "account": ANALYTICS}}
    one.deploy(share)
    other.deploy(share)

    one.destroy()
    with_the_other = account.accounts_with_restore_access(snapshot)
    other.destroy()

    assert with_the_other == [ANALYTICS]
    assert account.accounts_with_restore_access(snapshot) == []


def test_a_share_made_by_hand_is_refused_and_left_alone(
    account: Account, stack: DeployedStack
) -> None:
    snapshot = account.make_snapshot()
    account.share_by_hand(snapshot, ANALYTICS)

    written = stack.fail_to_deploy(
        {"Share": {"snapshot": snapshot, "account": ANALYTICS}}
    )

    assert "somebody shared it by hand" in written
    assert account.accounts_with_restore_access(snapshot) == [ANALYTICS]
    stack.destroy()
    assert account.accounts_with_restore_access(snapshot) == [ANALYTICS]


def test_an_adopted_share_is_revoked_with_the_stack(
    account: Account, stack: DeployedStack
) -> None:
    snapshot = account.make_snapshot()
    account.share_by_hand(snapshot, ANALYTICS)

    stack.deploy(
        {
            "Share": {
                "snapshot": snapshot,
                "account": ANALYTICS,
                "existing_share": "ADOPT",
            }
        }
    )
    [claim] = account.claims(snapshot)
    stack.destroy()

    assert claim.endswith(" adopted")
    assert account.accounts_with_restore_access(snapshot) == []


def test_an_adoption_that_is_rolled_back_leaves_the_access(
    account: Account, stack: DeployedStack
) -> None:
    snapshot = account.make_snapshot()
    account.share_by_hand(snapshot, ANALYTICS)

    stack.fail_to_deploy(
        {
            "Share": {
                "snapshot": snapshot,
                "account": ANALYTICS,
                "existing_share": "ADOPT",
            },
            **LATER_FAILURE,
        }
    )

    assert account.accounts_with_restore_access(snapshot) == [ANALYTICS]
    assert account.claims(snapshot) == []


def test_a_stack_can_be_destroyed_after_its_snapshot_is_gone(
    account: Account, stack: DeployedStack
) -> None:
    snapshot = account.make_snapshot()
    stack.deploy({"Share": {"snapshot": snapshot, "account": ANALYTICS}})
    account.redshift.revoke_snapshot_access(
        SnapshotIdentifier=snapshot, AccountWithRestoreAccess=ANALYTICS
    )
    account.redshift.delete_cluster_snapshot(SnapshotIdentifier=snapshot)

    stack.destroy()


@pytest.mark.parametrize("is_reordered", [False, True], ids=["same", "reordered"])
def test_an_unchanged_app_has_an_empty_diff(
    account: Account, stack: DeployedStack, *, is_reordered: bool
) -> None:
    first, second = account.make_snapshot(), account.make_snapshot()
    shares = {
        "First": {"snapshot": first, "account": ANALYTICS},
        "Second": {"snapshot": second, "account": FINANCE},
    }
    stack.deploy(shares)

    again = dict(reversed(shares.items())) if is_reordered else shares

    assert "There were no differences" in stack.diff(again)
