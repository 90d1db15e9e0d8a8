import logging
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.redshift import Redshift
from redshift_snapshot_share_handler.snapshot import Snapshot
from tests.unit.logs import fields_of
from tests.unit.stubs import (
    ACCOUNT,
    CLAIMANT,
    OWNER,
    REGION,
    STACK,
    Clock,
    client_error,
    stubbed,
)

PAIR = Pair("sales-2026-11-23", ACCOUNT)
ARN = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:sales/sales-2026-11-23"
FIELDS: dict[str, Any] = {
    "SnapshotIdentifier": "sales-2026-11-23",
    "ClusterIdentifier": "sales",
    "OwnerAccount": OWNER,
    "SnapshotArn": ARN,
}
SNAPSHOT = Snapshot(FIELDS, ARN)
ONE_ACCOUNT = {
    "SnapshotIdentifier": "sales-2026-11-23",
    "SnapshotClusterIdentifier": "sales",
    "AccountWithRestoreAccess": ACCOUNT,
}
OWN_KEY = CLAIMANT.key(ACCOUNT)
OTHER_KEY = f"redshift-snapshot-share:{ACCOUNT}:0123456789ab"
LOOK = {"SnapshotIdentifier": "sales-2026-11-23"}


def redshift(client: Any) -> Redshift:
    return Redshift(client, Clock().retry(), STACK)


def test_a_look_describes_the_snapshot_by_its_identifier() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_response(
            "describe_cluster_snapshots", {"Snapshots": [FIELDS]}, LOOK
        )

        assert redshift(client).look(PAIR) == SNAPSHOT


def test_a_snapshot_without_an_owner_is_ours() -> None:
    fields = {name: value for name, value in FIELDS.items() if name != "OwnerAccount"}
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("describe_cluster_snapshots", {"Snapshots": [fields]})

        assert redshift(client).look(PAIR) == Snapshot(fields, ARN)


def test_the_arn_is_the_one_that_redshift_says() -> None:
    fields = {**FIELDS, "SnapshotArn": "arn:of:redshift"}
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("describe_cluster_snapshots", {"Snapshots": [fields]})

        snapshot = redshift(client).look(PAIR)

    assert snapshot is not None
    assert snapshot.arn == "arn:of:redshift"


def test_the_arn_is_put_together_if_redshift_does_not_say_it() -> None:
    """Redshift's answer has had SnapshotArn since April 2024."""
    fields = {name: value for name, value in FIELDS.items() if name != "SnapshotArn"}
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("describe_cluster_snapshots", {"Snapshots": [fields]})

        snapshot = redshift(client).look(PAIR)

    assert snapshot is not None
    assert snapshot.arn == ARN
    # As an attribute of the share it is never empty.
    assert snapshot.fields["SnapshotArn"] == ARN


def test_ours_is_found_among_others_of_the_same_name() -> None:
    others = {**FIELDS, "OwnerAccount": "999999999999"}
    with stubbed("redshift") as (client, stubber):
        stubber.add_response(
            "describe_cluster_snapshots", {"Snapshots": [others, FIELDS]}
        )

        assert redshift(client).look(PAIR) == SNAPSHOT


def test_a_snapshot_that_is_only_shared_with_us_is_not_ours() -> None:
    others = {**FIELDS, "OwnerAccount": "999999999999"}
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("describe_cluster_snapshots", {"Snapshots": [others]})

        stubber.add_response("describe_cluster_snapshots", {"Snapshots": [others]})

        assert redshift(client).look(PAIR) is None
        explained = redshift(client).explain_missing(PAIR)

    assert explained.reason is Reason.NOT_OWNER


@pytest.mark.parametrize("code", ["ClusterSnapshotNotFound", "ResourceNotFoundFault"])
def test_a_snapshot_that_is_gone_is_none(code: str) -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("describe_cluster_snapshots", code, "", 404)

        assert redshift(client).look(PAIR) is None


@pytest.mark.parametrize("answer", [{}, {"Snapshots": []}])
def test_an_empty_response_is_none(answer: dict[str, Any]) -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("describe_cluster_snapshots", answer)

        assert redshift(client).look(PAIR) is None


def test_pages_are_followed_though_one_is_empty() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("describe_cluster_snapshots", {"Marker": "next"}, LOOK)
        stubber.add_response(
            "describe_cluster_snapshots",
            {"Snapshots": [FIELDS]},
            {**LOOK, "Marker": "next"},
        )

        assert redshift(client).look(PAIR) == SNAPSHOT


def test_snapshots_are_found_by_their_tags_on_every_page() -> None:
    others = {**FIELDS, "OwnerAccount": "999999999999"}
    keys = {"TagKeys": [OWN_KEY, OTHER_KEY]}
    with stubbed("redshift") as (client, stubber):
        stubber.add_response(
            "describe_cluster_snapshots",
            {"Snapshots": [FIELDS, others], "Marker": "next"},
            keys,
        )
        stubber.add_response(
            "describe_cluster_snapshots",
            {"Snapshots": [FIELDS]},
            {**keys, "Marker": "next"},
        )

        found = redshift(client).find_tagged([OWN_KEY, OTHER_KEY], PAIR)

    assert found == [SNAPSHOT, SNAPSHOT]


@pytest.mark.parametrize("code", ["ClusterSnapshotNotFound", ""])
def test_a_snapshot_that_is_not_there_is_explained(code: str) -> None:
    with stubbed("redshift") as (client, stubber):
        if code:
            stubber.add_client_error("describe_cluster_snapshots", code)
        else:
            # It came between the two looks.
            stubber.add_response("describe_cluster_snapshots", {"Snapshots": [FIELDS]})

        explained = redshift(client).explain_missing(PAIR)

    assert explained.reason is Reason.SNAPSHOT_NOT_FOUND


def is_wanted() -> bool:
    return True


def test_authorizing_names_snapshot_cluster_and_account() -> None:
    """The cluster lets a role whose policy names it authorize."""
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("authorize_snapshot_access", {}, ONE_ACCOUNT)

        assert (
            redshift(client).authorize(SNAPSHOT, PAIR, is_still_wanted=is_wanted)
            is None
        )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("AuthorizationAlreadyExists", Reason.UNSETTLED),
        ("InvalidClusterSnapshotState", Reason.STATE_REFUSED),
    ],
)
def test_authorizing_says_if_the_snapshot_is_not_as_it_was(
    code: str, reason: Reason
) -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("authorize_snapshot_access", code)

        refusal = redshift(client).authorize(SNAPSHOT, PAIR, is_still_wanted=is_wanted)

    assert refusal is not None
    assert refusal.reason is reason
    assert f"(AuthorizeSnapshotAccess: {code}, AWS request id " in str(refusal)


def test_revoking_names_snapshot_cluster_and_account() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("revoke_snapshot_access", {}, ONE_ACCOUNT)

        redshift(client).revoke(SNAPSHOT, PAIR)


def look_with(stubber: Any, *keys: str, is_shared: bool = True) -> None:
    """Have the next look see the account's access, and these claims."""
    fields = {
        **FIELDS,
        "AccountsWithRestoreAccess": [{"AccountId": ACCOUNT}] if is_shared else [],
        "Tags": [{"Key": key, "Value": "beta/Share request"} for key in keys],
    }
    stubber.add_response("describe_cluster_snapshots", {"Snapshots": [fields]}, LOOK)


@pytest.mark.parametrize("keys", [(), (OWN_KEY,)], ids=["nobody", "ourselves"])
def test_a_revocation_is_tried_again_while_nobody_else_claims_the_access(
    keys: tuple[str, ...],
) -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("revoke_snapshot_access", "Throttling")
        look_with(stubber, *keys)
        stubber.add_response("revoke_snapshot_access", {}, ONE_ACCOUNT)

        redshift(client).revoke(SNAPSHOT, PAIR, ignoring_claim=OWN_KEY)

        stubber.assert_no_pending_responses()


def test_a_revocation_is_not_tried_again_when_another_claims_the_access() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("revoke_snapshot_access", "Throttling")
        look_with(stubber, OWN_KEY, OTHER_KEY)

        redshift(client).revoke(SNAPSHOT, PAIR, ignoring_claim=OWN_KEY)


def test_a_revocation_is_tried_again_though_the_access_does_not_show() -> None:
    """It may show late."""
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("revoke_snapshot_access", "Throttling")
        look_with(stubber, OWN_KEY, is_shared=False)
        stubber.add_response("revoke_snapshot_access", {}, ONE_ACCOUNT)

        redshift(client).revoke(SNAPSHOT, PAIR, ignoring_claim=OWN_KEY)

        stubber.assert_no_pending_responses()


def test_authorizing_is_not_tried_again_when_it_is_not_wanted() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("authorize_snapshot_access", "Throttling")

        assert (
            redshift(client).authorize(SNAPSHOT, PAIR, is_still_wanted=lambda: False)
            is None
        )


def test_no_authorization_begins_in_the_last_minute() -> None:
    with stubbed("redshift") as (client, _):
        late = Redshift(client, Clock().retry(60), STACK)

        with pytest.raises(SnapshotShareError) as raised:
            late.authorize(SNAPSHOT, PAIR, is_still_wanted=is_wanted)

    assert raised.value.reason is Reason.OUT_OF_TIME
    assert not late.may_have_written


def test_a_refusal_is_ignored_if_the_access_shows() -> None:
    """An account that has access already may be refused for the quota first."""
    shared = Snapshot(
        {**FIELDS, "AccountsWithRestoreAccess": [{"AccountId": ACCOUNT}]}, ARN
    )
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error(
            "authorize_snapshot_access", "AuthorizationQuotaExceeded"
        )

        refusal = redshift(client).authorize(shared, PAIR, is_still_wanted=is_wanted)

    assert refusal is not None
    assert refusal.reason is Reason.TOO_MANY_ACCOUNTS


class Writer:
    """A client whose writes end as told."""

    def __init__(self, outcome: Exception | None) -> None:
        self.create_tags = self.authorize_snapshot_access = self._end
        self._outcome = outcome

    def _end(self, **_: Any) -> dict[str, Any]:
        if self._outcome:
            raise self._outcome
        return {}


@pytest.mark.parametrize("name", ["create_tags", "authorize_snapshot_access"])
@pytest.mark.parametrize(
    ("outcome", "may_have_written"),
    [
        (None, True),
        (client_error("AccessDenied", 403), False),
        (client_error("InternalFailure", 500), True),
        (ReadTimeoutError(endpoint_url="https://redshift.test"), True),
        (ConnectTimeoutError(endpoint_url="https://redshift.test"), False),
        (EndpointConnectionError(endpoint_url="https://redshift.test"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_what_was_certainly_refused_was_not_written(
    name: str, outcome: Exception | None, *, may_have_written: bool
) -> None:
    target = redshift(Writer(outcome))
    act: dict[str, Callable[[], object]] = {
        "create_tags": lambda: target.write_claim(
            SNAPSHOT, PAIR, CLAIMANT.claim(ACCOUNT, adopted=False)
        ),
        "authorize_snapshot_access": lambda: target.authorize(
            SNAPSHOT, PAIR, is_still_wanted=is_wanted
        ),
    }

    if outcome is None:
        act[name]()
    else:
        with pytest.raises(SnapshotShareError):
            act[name]()

    assert target.may_have_written is may_have_written


def test_a_revocation_is_not_tried_again_when_the_snapshot_is_gone() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("revoke_snapshot_access", "Throttling")
        stubber.add_client_error(
            "describe_cluster_snapshots", "ClusterSnapshotNotFound"
        )

        redshift(client).revoke(SNAPSHOT, PAIR)


@pytest.mark.parametrize(
    "code",
    ["AuthorizationNotFound", "ClusterSnapshotNotFound", "ResourceNotFoundFault"],
)
def test_revoking_absent_access_counts_as_done(code: str) -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("revoke_snapshot_access", code)

        redshift(client).revoke(SNAPSHOT, PAIR)


def test_a_claim_is_written_as_a_tag() -> None:
    claim = CLAIMANT.claim(ACCOUNT, adopted=True)
    with stubbed("redshift") as (client, stubber):
        stubber.add_response(
            "create_tags",
            {},
            {
                "ResourceName": ARN,
                "Tags": [{"Key": claim.key, "Value": claim.value}],
            },
        )

        redshift(client).write_claim(SNAPSHOT, PAIR, claim)


def test_a_claim_is_removed_by_its_key() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_response(
            "delete_tags", {}, {"ResourceName": ARN, "TagKeys": ["key"]}
        )

        redshift(client).remove_claim(SNAPSHOT, PAIR, "key")


@pytest.mark.parametrize(
    "code",
    [
        "ClusterSnapshotNotFound",
        "InvalidParameterValue",
        "InvalidTagFault",
        "ResourceNotFoundFault",
    ],
)
def test_removing_an_absent_claim_counts_as_done(code: str) -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("delete_tags", code)

        redshift(client).remove_claim(SNAPSHOT, PAIR, "key")


PARTNER_PAIR = PAIR._replace(account="333333333333")


def test_claims_on_one_snapshot_are_written_and_removed_with_one_call() -> None:
    ours = CLAIMANT.claim(ACCOUNT, adopted=False)
    partners = CLAIMANT.claim(PARTNER_PAIR.account, adopted=True)
    with stubbed("redshift") as (client, stubber):
        tags = [{"Key": one.key, "Value": one.value} for one in (ours, partners)]
        stubber.add_response("create_tags", {}, {"ResourceName": ARN, "Tags": tags})
        keys = [ours.key, partners.key]
        stubber.add_response("delete_tags", {}, {"ResourceName": ARN, "TagKeys": keys})
        target = redshift(client)

        target.write_claims(SNAPSHOT, {PAIR: ours, PARTNER_PAIR: partners})
        target.remove_claims(SNAPSHOT, {PAIR: keys[0], PARTNER_PAIR: keys[1]})


def test_a_claim_that_is_gone_keeps_no_other_from_being_removed() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("delete_tags", "InvalidTagFault")
        stubber.add_client_error("delete_tags", "InvalidTagFault")
        stubber.add_response("delete_tags", {}, {"ResourceName": ARN, "TagKeys": ["b"]})

        redshift(client).remove_claims(SNAPSHOT, {PAIR: "a", PARTNER_PAIR: "b"})


def test_a_claim_is_refused_for_all_or_none() -> None:
    claims = {
        pair: CLAIMANT.claim(pair.account, adopted=False)
        for pair in (PAIR, PARTNER_PAIR)
    }
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("create_tags", "TagLimitExceededFault")

        with pytest.raises(SnapshotShareError) as raised:
            redshift(client).write_claims(SNAPSHOT, claims)

    assert raised.value.reason is Reason.TOO_MANY_TAGS


OF_CLUSTER = {"ClusterIdentifier": "sales", "SnapshotType": "manual"}
ALL = {"SnapshotType": "manual"}


def test_the_manual_snapshots_of_a_cluster_are_found_on_all_pages() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_response(
            "describe_cluster_snapshots", {"Snapshots": [], "Marker": "1"}, OF_CLUSTER
        )
        stubber.add_response(
            "describe_cluster_snapshots",
            {"Snapshots": [FIELDS]},
            {**OF_CLUSTER, "Marker": "1"},
        )

        assert redshift(client).find_of_cluster("sales") == [SNAPSHOT]


def test_automated_snapshots_are_found_with_the_same_call() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_response(
            "describe_cluster_snapshots",
            {"Snapshots": [FIELDS]},
            {"ClusterIdentifier": "sales"},
        )

        found = redshift(client).find_of_cluster("sales", with_automated=True)

    assert found == [SNAPSHOT]


def test_snapshots_of_a_cluster_that_is_gone_are_found_among_all() -> None:
    other = {**FIELDS, "SnapshotIdentifier": "other", "ClusterIdentifier": "other"}
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("describe_cluster_snapshots", "ClusterNotFound")
        stubber.add_response(
            "describe_cluster_snapshots", {"Snapshots": [other, FIELDS]}, ALL
        )

        assert redshift(client).find_of_cluster("sales") == [SNAPSHOT]


def test_all_manual_snapshots_are_found_but_those_of_others() -> None:
    others = {**FIELDS, "OwnerAccount": ACCOUNT}
    with stubbed("redshift") as (client, stubber):
        stubber.add_response(
            "describe_cluster_snapshots", {"Snapshots": [others, FIELDS]}, ALL
        )

        assert redshift(client).find_manual() == [SNAPSHOT]


COPY = {
    "SourceSnapshotIdentifier": "sales-2026-11-23",
    "SourceSnapshotClusterIdentifier": "sales",
    "TargetSnapshotIdentifier": "sales-copy",
    "ManualSnapshotRetentionPeriod": 7,
}


def test_a_copy_is_asked_for_with_its_retention() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_response("copy_cluster_snapshot", {}, COPY)

        assert redshift(client).copy(SNAPSHOT, "sales-copy", retention_days=7)


def test_a_copy_that_is_there_is_done() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error(
            "copy_cluster_snapshot", "ClusterSnapshotAlreadyExists"
        )

        assert not redshift(client).copy(SNAPSHOT, "sales-copy", retention_days=7)


def call(name: str, client: Any) -> None:
    target = redshift(client)
    claim = CLAIMANT.claim(ACCOUNT, adopted=False)
    match name:
        case "describe_cluster_snapshots":
            target.look(PAIR)
        case "authorize_snapshot_access":
            target.authorize(SNAPSHOT, PAIR, is_still_wanted=is_wanted)
        case "revoke_snapshot_access":
            target.revoke(SNAPSHOT, PAIR)
        case "create_tags":
            target.write_claim(SNAPSHOT, PAIR, claim)
        case _:
            target.remove_claim(SNAPSHOT, PAIR, claim.key)


@pytest.mark.parametrize(
    ("operation", "code", "reason"),
    [
        ("describe_cluster_snapshots", "UnsupportedOperation", Reason.UNSUPPORTED),
        (
            "authorize_snapshot_access",
            "ClusterSnapshotNotFound",
            Reason.SNAPSHOT_NOT_FOUND,
        ),
        (
            "authorize_snapshot_access",
            "AuthorizationQuotaExceeded",
            Reason.TOO_MANY_ACCOUNTS,
        ),
        ("authorize_snapshot_access", "LimitExceededFault", Reason.TOO_MANY_GRANTS),
        (
            "revoke_snapshot_access",
            "AccessToSnapshotDenied",
            Reason.SNAPSHOT_ACCESS_DENIED,
        ),
        ("revoke_snapshot_access", "SomethingNew", Reason.AWS_ERROR),
        ("create_tags", "TagLimitExceededFault", Reason.TOO_MANY_TAGS),
        ("create_tags", "InvalidTagFault", Reason.TAG_REFUSED),
        ("create_tags", "InvalidClusterState", Reason.CLUSTER_NOT_AVAILABLE),
        ("create_tags", "ResourceNotFoundFault", Reason.SNAPSHOT_NOT_FOUND),
        ("delete_tags", "InvalidClusterState", Reason.CLUSTER_NOT_AVAILABLE),
        ("describe_cluster_snapshots", "SomethingNew", Reason.AWS_ERROR),
    ],
)
def test_fails_with_the_reason_when_redshift_refuses(
    operation: str, code: str, reason: Reason
) -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error(operation, code, "in AWS's words")

        with pytest.raises(SnapshotShareError) as raised:
            call(operation, client)

    assert raised.value.reason is reason
    assert code in str(raised.value)


def test_a_reason_names_snapshot_region_and_account() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("create_tags", "ResourceNotFoundFault")

        with pytest.raises(SnapshotShareError) as raised:
            call("create_tags", client)

    assert str(raised.value).startswith(
        f"snapshot sales-2026-11-23 does not exist in {REGION} of account {OWNER}; "
    )
    assert "(CreateTags: ResourceNotFoundFault, AWS request id " in str(raised.value)


def test_every_field_that_messages_have_in_common_is_known() -> None:
    with stubbed("redshift") as (client, _):
        assert redshift(client).names(PAIR) == {
            "snapshot": "sales-2026-11-23",
            "account": ACCOUNT,
            "region": REGION,
            "owner_account": OWNER,
        }


def test_throttling_is_waited_out() -> None:
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("describe_cluster_snapshots", "Throttling")
        stubber.add_response("describe_cluster_snapshots", {"Snapshots": [FIELDS]})

        assert redshift(client).look(PAIR) == SNAPSHOT


class Unreachable:
    """A client that has no credentials."""

    def create_tags(self, **_: Any) -> None:
        raise NoCredentialsError


def test_fails_when_a_call_cannot_be_made() -> None:
    with pytest.raises(SnapshotShareError) as raised:
        call("create_tags", Unreachable())

    assert raised.value.reason is Reason.AWS_ERROR


def test_an_expected_refusal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error("revoke_snapshot_access", "AuthorizationNotFound")

        redshift(client).revoke(SNAPSHOT, PAIR)

    [record] = caplog.records
    assert fields_of(record) == {
        "message": "AWS refused as expected",
        "code": "AuthorizationNotFound",
    }


def test_a_refusal_to_authorize_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with stubbed("redshift") as (client, stubber):
        stubber.add_client_error(
            "authorize_snapshot_access", "AuthorizationAlreadyExists"
        )

        refusal = redshift(client).authorize(SNAPSHOT, PAIR, is_still_wanted=is_wanted)

    [record] = caplog.records
    assert fields_of(record) == {
        "message": "AWS refused as expected",
        "reason": str(refusal),
    }
