"""What a revocation does when the snapshot changes between its looks."""

from typing import Any

import pytest

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.revocation import Revocation
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.snapshot import Snapshot
from redshift_snapshot_share_handler.stack import StackState
from tests.unit.stubs import ACCOUNT, CLAIMANT, Clock

PAIR = Pair("sales", ACCOUNT)
KEY = CLAIMANT.key(ACCOUNT)
OWN = CLAIMANT.claim(ACCOUNT, adopted=False)
RETAINED = CLAIMANT.claim(ACCOUNT, adopted=False, retained=True)
ANOTHERS = OWN._replace(request_id="another-request")


def seen(*claims: Any, is_shared: bool = False) -> Snapshot:
    fields = {
        "SnapshotIdentifier": "sales",
        "AccountsWithRestoreAccess": [{"AccountId": ACCOUNT}] if is_shared else [],
        "Tags": [{"Key": claim.key, "Value": claim.value} for claim in claims],
    }
    return Snapshot(fields, "arn")


class Redshift:
    """Shows one snapshot after the other, and the last one for ever."""

    def __init__(self, *looks: Snapshot | None) -> None:
        self._looks = [*looks]
        self.calls: list[str] = []

    def look(self, _pair: Pair) -> Snapshot | None:
        return self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]

    def state(self) -> StackState:
        raise SnapshotShareError(Reason.NOT_AUTHORIZED, text="denied")

    def revoke(self, *_: Any, **__: Any) -> None:
        self.calls.append("revoke")

    def remove_claim(self, *_: Any) -> None:
        self.calls.append("remove claim")


def revocation(redshift: Redshift) -> Revocation:
    clock = Clock()
    services: Any = Services(
        CLAIMANT,
        redshift,  # type: ignore[arg-type]
        redshift,  # type: ignore[arg-type]  # as the stack, that does not say
        None,  # type: ignore[arg-type]
        clock.deadline(),
        clock.retry(),
    )
    return Revocation(PAIR, services)


@pytest.mark.parametrize("has_authorized", [True, False])
def test_a_withdrawal_removes_its_own_key_though_it_does_not_show(
    *, has_authorized: bool
) -> None:
    redshift = Redshift(seen())

    revocation(redshift).withdraw(has_authorized=has_authorized)

    assert redshift.calls == ["revoke"] * has_authorized + ["remove claim"]


@pytest.mark.parametrize("look", [None, seen(ANOTHERS)])
def test_a_withdrawal_leaves_what_is_not_its_own(look: Snapshot | None) -> None:
    redshift = Redshift(look)

    revocation(redshift).withdraw(has_authorized=True)

    assert redshift.calls == []


@pytest.mark.parametrize("looks", [[None], [seen(OWN), None]])
def test_an_idle_claim_is_gone_with_its_snapshot(looks: list[Snapshot | None]) -> None:
    redshift = Redshift(*looks)

    revocation(redshift).remove_idle_claim()

    assert redshift.calls == []


def test_a_look_follows_the_removal_of_an_idle_claim() -> None:
    """A twin of the delivery may have authorized meanwhile."""
    redshift = Redshift(seen(OWN), seen(OWN), seen(OWN), seen(is_shared=True))

    revocation(redshift).remove_idle_claim()

    assert redshift.calls == ["remove claim", "revoke"]


def test_a_claim_that_is_written_again_is_left_to_its_writer() -> None:
    """A Create that comes late finds that its stack is gone, and withdraws it."""
    redshift = Redshift(seen(OWN))

    revocation(redshift).release_leftover(seen(OWN))

    assert redshift.calls == ["revoke", "remove claim"]


@pytest.mark.parametrize("keeps_retained", [True, False])
def test_a_retained_leftover_is_kept_where_no_request_names_it(
    *, keeps_retained: bool
) -> None:
    redshift = Redshift(seen())

    revocation(redshift).release_leftover(seen(RETAINED), keeps_retained=keeps_retained)

    assert bool(redshift.calls) is not keeps_retained


def test_a_failed_creates_claim_is_released_though_cloudformation_does_not_say() -> (
    None
):
    """Its RequestId says whose it is."""
    redshift = Redshift(None)

    revocation(redshift).release(seen(OWN), written_by=OWN.request_id)

    assert redshift.calls == ["revoke", "remove claim"]


def test_fails_when_cloudformation_does_not_say_whether_a_delete_is_late() -> None:
    redshift = Redshift(seen())

    with pytest.raises(SnapshotShareError):
        revocation(redshift).release(seen(OWN), is_current_pair=True)

    assert redshift.calls == []
