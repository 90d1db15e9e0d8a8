"""ARNs that synthesis knows only in part, or not at all."""

import pytest
from aws_cdk import Aws, CfnParameter, Stack, aws_ssm as ssm
from constructs import Construct

from tests.infrastructure.stacks import (
    OWNER,
    REGION,
    arn,
    new_stack,
    share,
    shared_snapshots,
    shares_of,
)

NAME = "snapshot:sales/sales-2026-11-23"
ARN = f"arn:aws:redshift:{REGION}:{OWNER}:{NAME}"


@pytest.fixture
def stack() -> Stack:
    return new_stack(account=OWNER, region=REGION)


@pytest.fixture
def token(stack: Stack) -> str:
    # A colon in an id is one in the token too.
    return CfnParameter(Construct(stack, "My::Own"), "Name").value_as_string


def share_arn(stack: Stack, value: object) -> None:
    share(stack, snapshot_identifier=None, snapshot_arn=value)


@pytest.mark.parametrize(
    "made",
    [
        f"arn:{Aws.PARTITION}:redshift:{REGION}:{OWNER}:{NAME}",
        f"arn:aws:redshift:{Aws.REGION}:{OWNER}:{NAME}",
        f"arn:aws:redshift:{REGION}:{Aws.ACCOUNT_ID}:{NAME}",
        f"arn:{Aws.PARTITION}:redshift:{Aws.REGION}:{Aws.ACCOUNT_ID}:{NAME}",
        f"arn:aws:redshift:eu-{Aws.REGION}-1:{OWNER}:{NAME}",
    ],
    ids=["partition", "region", "account", "all", "part of one"],
)
def test_environment_may_be_a_token_in_a_stack_that_has_one(
    stack: Stack, made: str
) -> None:
    share_arn(stack, made)

    assert shares_of(stack)[0]["SnapshotArn"] == stack.resolve(made)
    assert shared_snapshots(stack) == [
        arn("sales/sales-2026-11-23", region=REGION, account=OWNER)
    ]


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("Sales/Month-{}", "sales/month-{}"),
        ("{}/Month-End", "{}/month-end"),
        ("{}/{}", "{}/{}"),
    ],
)
def test_name_may_have_tokens(
    stack: Stack, token: str, name: str, allowed: str
) -> None:
    share_arn(stack, ARN.replace("sales/sales-2026-11-23", name.format(token, token)))

    allowed = allowed.format(token, token)
    assert shares_of(stack)[0]["SnapshotArn"] == stack.resolve(
        f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:{allowed}"
    )
    assert shared_snapshots(stack) == [
        stack.resolve(
            f"arn:{Aws.PARTITION}:redshift:{REGION}:{OWNER}:snapshot:{allowed}"
        )
    ]


@pytest.mark.parametrize(
    "made",
    [
        "{}",
        "arn:{}",
        "arn:aws:redshift:{}",
        f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:{{}}",
        f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:Sales{{}}",
        "{}/Month-End",
    ],
)
def test_token_may_stand_for_more_than_one_part(
    stack: Stack, token: str, made: str
) -> None:
    share_arn(stack, made.format(token))

    value = stack.resolve(made.lower().format(token))
    assert shares_of(stack)[0]["SnapshotArn"] == value
    assert shared_snapshots(stack) == [value]


@pytest.mark.parametrize(
    "made",
    [
        "arn:aws:s3:{}",
        "arn:aws:redshift:EU:{}",
        f"arn:aws:redshift:{REGION}:1234:{{}}",
        f"arn:aws:redshift:{REGION}:{OWNER}:cluster:{{}}",
        "arn:aws:rds:{}:{}:" + NAME,
        f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:a/b/{{}}",
        f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:/{{}}",
        f"ARN:aws:redshift:{REGION}:{OWNER}:snapshot:{{}}",
    ],
)
def test_fails_when_what_is_known_is_malformed(
    stack: Stack, token: str, made: str
) -> None:
    with pytest.raises(ValueError, match=r"^snapshot_arn must be like") as raised:
        share_arn(stack, made.format(token, token))

    assert str(raised.value).endswith(f"got {made.replace('{}', '<a token>')!r}")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("sales/a--{}", "the snapshot in snapshot_arn must be 1 to 255"),
        ("sales/rs:{}", "the snapshot in snapshot_arn .* names an automated snapshot"),
        ("a_b/{}", "the cluster in snapshot_arn must be 1 to 63"),
    ],
)
def test_fails_when_what_is_known_of_the_name_is_malformed(
    stack: Stack, token: str, name: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        share_arn(
            stack,
            f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:{name.format(token)}",
        )


def test_fails_when_serverless_whatever_is_known(stack: Stack, token: str) -> None:
    with pytest.raises(ValueError, match="Redshift Serverless snapshot"):
        share_arn(stack, f"arn:aws:redshift-serverless:{Aws.REGION}:{token}")


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (
            "arn:aws:redshift:us-east-1:{}",
            "Region of the stack, eu-central-1, got one in us",
        ),
        (
            f"arn:aws:redshift:{REGION}:999999999999:{{}}",
            "account .* got one in 999999999999",
        ),
        (
            f"arn:aws:redshift:{REGION}:999999999999:snapshot:sales/{{}}",
            "account .* in 999",
        ),
        ("arn:aws-cn:{}", "partition of the stack, aws, got one in aws-cn"),
        (f"arn:aws-us-gov:redshift:{{}}:{OWNER}:{NAME}", "partition .* in aws-us-gov"),
    ],
)
def test_fails_when_what_is_known_contradicts_the_stack(
    stack: Stack, token: str, made: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        share_arn(stack, made.format(token))


def test_fails_when_the_owner_is_the_account_whatever_else_is_known(
    token: str,
) -> None:
    with pytest.raises(ValueError, match=f"another account, got {OWNER}, which owns"):
        share(
            new_stack(),
            snapshot_identifier=None,
            snapshot_arn=f"arn:aws:redshift:{Aws.REGION}:{OWNER}:snapshot:a/{token}",
            account_with_restore_access=OWNER,
        )


def test_partition_may_be_another_in_a_region_that_the_cdk_does_not_know() -> None:
    stack = new_stack(region="xx-new-1")

    share_arn(
        stack, ARN.replace("arn:aws:", "arn:aws-new:").replace(REGION, "xx-new-1")
    )

    assert len(shares_of(stack)) == 1


@pytest.mark.parametrize(
    "made", ["{}", ARN.replace("sales-2026-11-23", "{}"), ARN.replace(OWNER, "{}")]
)
def test_may_be_still_to_be_looked_up(stack: Stack, made: str) -> None:
    value = made.format(ssm.StringParameter.value_from_lookup(stack, "/team/value"))

    share_arn(stack, value)

    assert shares_of(stack)[0]["SnapshotArn"] == value


def test_fails_when_it_is_no_text(stack: Stack) -> None:
    with pytest.raises(TypeError, match=r"^snapshot_arn must be a string, got 123"):
        share_arn(stack, 123)


def test_fails_when_it_is_a_dynamic_reference(stack: Stack) -> None:
    with pytest.raises(
        ValueError, match="snapshot_arn must not be a dynamic reference"
    ):
        share_arn(stack, "{{resolve:ssm:arn}}")
