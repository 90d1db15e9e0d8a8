from typing import Any

import aws_cdk
import pytest
from aws_cdk import (
    CfnParameter,
    CfnResource,
    Duration,
    RemovalPolicy,
    Stack,
    Token,
)
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import ExistingShare, SnapshotShare
from tests.infrastructure.stacks import (
    ACCOUNT,
    SHARE,
    SNAPSHOT,
    new_stack,
    resources,
    share,
    shares_of,
)

needs_missing_removal_policies = pytest.mark.skipif(
    not hasattr(aws_cdk, "MissingRemovalPolicies"),
    reason="this aws-cdk-lib has no MissingRemovalPolicies",
)


@pytest.fixture(scope="module")
def template() -> Template:
    stack = new_stack()
    share(stack)
    return Template.from_stack(stack)


def test_share_is_a_custom_resource_with_the_names_of_the_api(
    template: Template,
) -> None:
    (resource,) = template.find_resources(SHARE).values()

    assert resource["Properties"]["SnapshotIdentifier"] == SNAPSHOT
    assert resource["Properties"]["AccountWithRestoreAccess"] == ACCOUNT


def test_share_is_given_up_shortly_after_the_function_must_have_ended(
    template: Template,
) -> None:
    (resource,) = template.find_resources(SHARE).values()
    (function,) = template.find_resources("AWS::Lambda::Function").values()

    timeout = int(resource["Properties"]["ServiceTimeout"])

    assert (
        function["Properties"]["Timeout"]
        < timeout
        <= function["Properties"]["Timeout"] + 60
    )


def test_share_states_its_defaults(template: Template) -> None:
    (resource,) = template.find_resources(SHARE).values()

    assert set(resource) == {
        "Type",
        "Properties",
        "DeletionPolicy",
        "UpdateReplacePolicy",
    }
    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Delete"
    del resource["Properties"]["ServiceToken"]
    assert resource["Properties"] == {
        "ServiceTimeout": "960",
        "SnapshotIdentifier": SNAPSHOT,
        "AccountWithRestoreAccess": ACCOUNT,
        "ExistingShare": "FAIL",
        "WaitForSnapshot": "600",
    }


@needs_missing_removal_policies
@pytest.mark.parametrize(
    "props", [{}, {"removal_policy": RemovalPolicy.DESTROY}], ids=["default", "given"]
)
def test_missing_policies_that_are_filled_in_leave_a_share_its_own(
    stack: Stack, props: dict[str, Any]
) -> None:
    share(stack, **props)
    aws_cdk.MissingRemovalPolicies.of(stack).retain()

    (resource,) = resources(stack, SHARE).values()

    assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Delete"


@needs_missing_removal_policies
def test_missing_policies_that_are_filled_in_leave_a_retained_share_its_own(
    stack: Stack,
) -> None:
    share(stack, removal_policy=RemovalPolicy.RETAIN)
    aws_cdk.MissingRemovalPolicies.of(stack).destroy()

    (resource,) = resources(stack, SHARE).values()

    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_custom_resource_is_the_default_child(stack: Stack) -> None:
    child = share(stack).node.default_child

    assert isinstance(child, CfnResource)
    assert child.cfn_resource_type == SHARE


@pytest.mark.parametrize(
    ("account", "sent"),
    [
        ("210987654321", "210987654321"),
        (" 210987654321 ", "210987654321"),
        ("012345678901", "012345678901"),
        ("amazon-redshift-support", "amazon-redshift-support"),
    ],
)
def test_account_is_sent_as_redshift_knows_it(
    stack: Stack, account: str, sent: str
) -> None:
    declared = share(stack, account_with_restore_access=account)

    assert declared.account_with_restore_access == sent
    assert shares_of(stack)[0]["AccountWithRestoreAccess"] == sent


def test_account_may_be_a_token(stack: Stack) -> None:
    parameter = CfnParameter(stack, "Account")

    share(stack, account_with_restore_access=parameter.value_as_string)

    assert shares_of(stack)[0]["AccountWithRestoreAccess"] == {"Ref": "Account"}


@pytest.mark.parametrize("account", ["", "12345", "2109876543210", "analytics"])
def test_fails_when_account_is_malformed(stack: Stack, account: str) -> None:
    with pytest.raises(
        ValueError, match=rf"12-digit AWS account id .* got '{account}'"
    ):
        share(stack, account_with_restore_access=account)


def test_fails_when_account_is_a_number(stack: Stack) -> None:
    with pytest.raises(
        TypeError, match="must be a string of 12 digits, got 12345678901"
    ):
        share(stack, account_with_restore_access=12_345_678_901)


def test_existing_share_can_be_adopted(stack: Stack) -> None:
    share(stack, existing_share=ExistingShare.ADOPT)

    assert shares_of(stack)[0]["ExistingShare"] == "ADOPT"


@pytest.mark.parametrize("value", ["STEAL", "", 1])
def test_fails_when_existing_share_is_unknown(stack: Stack, value: Any) -> None:
    with pytest.raises(
        ValueError, match=f"^existing_share must be FAIL or ADOPT, got {value!r}"
    ):
        share(stack, existing_share=value)


def test_props_that_are_none_have_their_defaults() -> None:
    stacks = [new_stack(), new_stack()]
    share(stacks[0])
    SnapshotShare(
        stacks[1],
        "Share",
        account_with_restore_access=ACCOUNT,
        snapshot_identifier=SNAPSHOT,
        snapshot_arn=None,
        snapshot=None,
        snapshot_cluster_identifier=None,
        existing_share=None,
        encryption_key=None,
        wait_for_snapshot=None,
        removal_policy=None,
        provider=None,
    )

    templates = [Template.from_stack(stack).to_json() for stack in stacks]

    assert templates[0] == templates[1]


@pytest.mark.parametrize(
    ("wait", "sent"),
    [
        (Duration.seconds(0), "0"),
        (Duration.millis(90_000), "90"),
        (Duration.minutes(12), "720"),
        (Duration.minutes(10), "600"),
        (None, "600"),
    ],
    ids=["no time", "millis", "longest", "ten minutes", "default"],
)
def test_wait_is_sent_in_seconds(
    stack: Stack, wait: Duration | None, sent: str
) -> None:
    share(stack, wait_for_snapshot=wait)

    assert shares_of(stack)[0]["WaitForSnapshot"] == sent


@pytest.mark.parametrize(
    ("wait", "given"),
    [
        (Duration.minutes(13), "13 minutes"),
        (Duration.seconds(721), "12 minutes 1 second"),
        (Duration.millis(1_500), "1 second 500 millis"),
    ],
    ids=["too long", "a second too long", "half seconds"],
)
def test_fails_when_wait_is_too_long_or_not_in_seconds(
    stack: Stack, wait: Duration, given: str
) -> None:
    with pytest.raises(ValueError, match=f"at most 12 minutes, got {given}"):
        share(stack, wait_for_snapshot=wait)


def test_fails_when_wait_is_a_token(stack: Stack) -> None:
    parameter = CfnParameter(stack, "Seconds", type="Number")
    wait = Duration.seconds(Token.as_number(parameter.value_as_number))

    with pytest.raises(ValueError, match="must be known at synthesis, got a token"):
        share(stack, wait_for_snapshot=wait)


@pytest.mark.parametrize(
    "policy", [RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE]
)
def test_retained_access_outlives_all_but_a_failed_first_deployment(
    stack: Stack, policy: RemovalPolicy
) -> None:
    share(stack, removal_policy=policy)

    (resource,) = resources(stack, SHARE).values()
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (RemovalPolicy.SNAPSHOT, "SNAPSHOT"),
        ("RETAIN", "'RETAIN'"),
        ("", "''"),
        (False, "False"),
    ],
)
def test_fails_when_removal_policy_is_another(
    stack: Stack, value: Any, given: str
) -> None:
    with pytest.raises(
        ValueError,
        match=f"^removal_policy must be DESTROY, RETAIN or RETAIN_ON.* got {given}",
    ):
        share(stack, removal_policy=value)


@pytest.mark.parametrize(
    ("prop", "value", "problem"),
    [
        ("wait_for_snapshot", 600, r"must be a Duration, such as .*, got 600"),
        ("provider", "mine", "must be a SnapshotShareProvider, got 'mine'"),
        ("encryption_key", "alias/sales", "must be a key, .*, got 'alias/sales'"),
    ],
)
def test_fails_when_a_prop_is_of_another_type(
    stack: Stack, prop: str, value: Any, problem: str
) -> None:
    with pytest.raises(TypeError, match=f"^{prop} {problem}"):
        share(stack, **{prop: value})
