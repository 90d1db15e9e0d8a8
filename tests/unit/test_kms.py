import logging

import pytest

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.kms import KmsKeys
from tests.unit.logs import PACKAGE, fields_of
from tests.unit.stubs import Clock, client_error, stubbed

KEY = "arn:aws:kms:eu-west-1:111122223333:key/5f2c0e4a"


@pytest.mark.parametrize(
    ("metadata", "is_aws_managed"),
    [
        ({"KeyId": KEY, "KeyManager": "AWS"}, True),
        ({"KeyId": KEY, "KeyManager": "CUSTOMER"}, False),
        ({"KeyId": KEY}, False),
    ],
)
def test_kms_says_whose_key_it_is(
    metadata: dict[str, str], *, is_aws_managed: bool
) -> None:
    with stubbed("kms") as (client, stubber):
        stubber.add_response("describe_key", {"KeyMetadata": metadata}, {"KeyId": KEY})

        keys = KmsKeys(lambda: client, Clock().retry())

        assert keys.is_aws_managed(KEY) is is_aws_managed


@pytest.mark.parametrize("code", ["NotFoundException", "InvalidArnException"])
def test_a_snapshot_is_not_refused_if_kms_cannot_find_its_key(
    code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=PACKAGE)
    with stubbed("kms") as (client, stubber):
        stubber.add_client_error("describe_key", code, "in AWS's words")

        assert not KmsKeys(lambda: client, Clock().retry()).is_aws_managed(KEY)

    [record] = caplog.records
    assert fields_of(record) == {
        "message": "KMS did not say who manages the key",
        "key": KEY,
        "error": "in AWS's words",
    }


def test_throttling_is_waited_out() -> None:
    with stubbed("kms") as (client, stubber):
        stubber.add_client_error("describe_key", "ThrottlingException")
        stubber.add_response(
            "describe_key", {"KeyMetadata": {"KeyId": KEY, "KeyManager": "AWS"}}
        )

        assert KmsKeys(lambda: client, Clock().retry()).is_aws_managed(KEY)


def test_no_client_is_made_before_a_key_is_asked_about() -> None:
    def make_client() -> None:
        raise AssertionError("a client was made")

    KmsKeys(make_client, Clock().retry())


class Denied:
    """A KMS that lets nobody ask."""

    def describe_key(self, **_: str) -> None:
        raise client_error("AccessDeniedException", 400, "no kms:DescribeKey")


def test_fails_when_the_function_may_not_ask() -> None:
    """Redshift wants the same permission of whoever calls AuthorizeSnapshotAccess."""
    with pytest.raises(SnapshotShareError, match="no kms:DescribeKey") as raised:
        KmsKeys(Denied, Clock().retry()).is_aws_managed(KEY)

    assert raised.value.reason is Reason.NOT_AUTHORIZED
