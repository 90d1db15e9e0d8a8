"""Typical mistakes: each message says what is wrong, what was given, and what to do."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    BootstraplessSynthesizer,
    CfnParameter,
    Stack,
    aws_ec2 as ec2,
    aws_fsx as fsx,
    aws_iam as iam,
    aws_kms as kms,
    aws_logs as logs,
    aws_redshift as redshift,
    aws_s3 as s3,
)
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import SnapshotShareProvider, SnapshotShares
from cdk_redshift_snapshot_share.testing import find_snapshot_shares
from tests.infrastructure.stacks import (
    ACCOUNT,
    SNAPSHOT,
    imported_vpc,
    needs_cfn_snapshot,
    new_role,
    new_stack,
    resources,
    share,
)

ARN = "arn:aws:redshift:eu-central-1:123456789012:snapshot:sales/month-end"
CLUSTER_ARN = "arn:aws:redshift:eu-central-1:123456789012:cluster:sales"


@pytest.mark.parametrize("value", [ARN, ARN.upper(), CLUSTER_ARN])
def test_fails_when_an_identifier_is_an_arn(stack: Stack, value: str) -> None:
    with pytest.raises(
        ValueError,
        match=f"^snapshot_identifier must be an identifier, got the ARN '{value[:60]}.*'; "
        "give the ARN as snapshot_arn, or what follows its last slash as snapshot_identi",
    ):
        share(stack, snapshot_identifier=value)


def test_fails_when_an_identifier_is_an_arn_with_tokens(stack: Stack) -> None:
    arn = f"arn:aws:redshift:{stack.region}:{stack.account}:snapshot:sales/month-end"

    with pytest.raises(
        ValueError, match="ARN 'arn:aws:redshift:<a token>:<a token>:sn"
    ):
        share(stack, snapshot_identifier=arn)


def test_fails_when_a_cluster_is_an_arn(stack: Stack) -> None:
    with pytest.raises(
        ValueError,
        match=f"got the ARN '{CLUSTER_ARN}'; give what follows its last colon as snapshot_c",
    ):
        share(stack, snapshot_cluster_identifier=CLUSTER_ARN)


@pytest.mark.parametrize("value", [SNAPSHOT, "Sales", "sales/month-end"])
def test_fails_when_an_arn_is_an_identifier(stack: Stack, value: str) -> None:
    with pytest.raises(
        ValueError,
        match=f"^snapshot_arn must be like .*, got '{value}'; give an identifier as snapsh",
    ):
        share(stack, snapshot_identifier=None, snapshot_arn=value)


def cluster(stack: Stack) -> object:
    return redshift.CfnCluster(
        stack,
        "Wrong",
        cluster_type="single-node",
        db_name="sales",
        master_username="admin",
        node_type="ra3.large",
    )


def bucket(stack: Stack) -> object:
    return s3.Bucket(stack, "Wrong")


def snapshot_of_fsx(stack: Stack) -> object:
    return fsx.CfnSnapshot(stack, "Wrong", name="wrong", volume_id="fsvol-0a1b")


@needs_cfn_snapshot
@pytest.mark.parametrize(
    ("wrong", "shown"),
    [
        (cluster, "CfnCluster Stack/Wrong"),
        (bucket, "Bucket Stack/Wrong"),
        (snapshot_of_fsx, "CfnSnapshot Stack/Wrong"),
        (lambda _: SNAPSHOT, f"'{SNAPSHOT}'"),
        (lambda _: 5, "5"),
        (lambda stack: stack, "Stack Stack"),
    ],
)
def test_fails_when_the_snapshot_is_another_resource(
    stack: Stack, wrong: Callable[[Stack], object], shown: str
) -> None:
    with pytest.raises(
        TypeError,
        match=rf"such as an aws_redshift\.CfnSnapshot, got {shown}; give a name as",
    ):
        share(stack, snapshot_identifier=None, snapshot=wrong(stack))


def test_fails_when_the_key_is_a_resource(stack: Stack) -> None:
    key = kms.CfnKey(stack, "Key", key_policy={})

    with pytest.raises(
        TypeError, match=r"or from_cfn_key returns, got CfnKey Stack/Key$"
    ):
        share(stack, encryption_key=key)


def test_fails_when_the_provider_is_its_function(stack: Stack) -> None:
    function = SnapshotShareProvider(stack, "Provider").function

    with pytest.raises(TypeError, match="got Function Stack/Provider/Function"):
        share(stack, provider=function)


@pytest.mark.parametrize("is_list", [True, False])
def test_fails_when_accounts_of_shares_are_tokens(
    stack: Stack, *, is_list: bool
) -> None:
    accounts = (
        CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list
        if is_list
        else [CfnParameter(stack, "One").value_as_string]
    )

    with pytest.raises(
        ValueError, match=r"got a token.*; use one SnapshotShare per account that only"
    ):
        SnapshotShares(
            stack,
            "Shares",
            snapshot_identifier=SNAPSHOT,
            accounts_with_restore_access=accounts,
        )


PROVIDER_MISTAKES: dict[str, tuple[Callable[[Stack], dict[str, Any]], str]] = {
    "memory of text": (
        lambda _: {"memory_size": "256"},
        "memory_size must be a whole number, got '256'",
    ),
    "memory of truth": (
        lambda _: {"memory_size": True},
        "memory_size must be a whole number, got True",
    ),
    "half a megabyte": (
        lambda _: {"memory_size": 256.5},
        "memory_size must be a whole number, got 256.5",
    ),
    "too little memory": (
        lambda _: {"memory_size": 127},
        "memory_size must be 128 to 10,240, got 127",
    ),
    "no memory": (
        lambda _: {"memory_size": 0},
        "memory_size must be 128 to 10,240, got 0",
    ),
    "too much memory": (
        lambda _: {"memory_size": 10_241},
        "memory_size must be 128 to 10,240, got 10,241",
    ),
    "no executions": (
        lambda _: {"reserved_concurrent_executions": 0},
        "reserved_concurrent_executions must be at least 1, got 0",
    ),
    "executions of text": (
        lambda _: {"reserved_concurrent_executions": "1"},
        "reserved_concurrent_executions must be a whole number, got '1'",
    ),
    "vpc id": (lambda _: {"vpc": "vpc-0a1b"}, "vpc must be a VPC, such as an ec2.Vpc"),
    "subnets without a vpc": (
        lambda _: {"vpc_subnets": ec2.SubnetSelection()},
        "vpc_subnets needs a vpc, got none",
    ),
    "security group id": (
        lambda stack: {"vpc": imported_vpc(stack), "security_groups": ["sg-0a1b"]},
        "security group, such as an ec2.SecurityGroup, got 'sg-0a1b'",
    ),
    "one security group": (
        lambda stack: {
            "vpc": imported_vpc(stack),
            "security_groups": ec2.SecurityGroup.from_security_group_id(
                stack, "Group", "sg-0a1b"
            ),
        },
        "security_groups must be a list of security groups, got",
    ),
    "text of security groups": (
        lambda stack: {"vpc": imported_vpc(stack), "security_groups": "sg-0a1b"},
        "security_groups must be a list of security groups, got 'sg-0a1b'",
    ),
    "no security groups": (
        lambda stack: {"vpc": imported_vpc(stack), "security_groups": []},
        "security_groups must name at least one security group, got none; leave it out",
    ),
    "log group name": (
        lambda _: {"log_group": "/sharing"},
        "log_group must be a log group, such as a logs.LogGroup",
    ),
    "log group resource": (
        lambda stack: {"log_group": logs.CfnLogGroup(stack, "Logs")},
        "from_log_group_name returns, got CfnLogGroup Stack/Logs",
    ),
    "role resource": (
        lambda stack: {
            "role": iam.CfnRole(stack, "Role", assume_role_policy_document={})
        },
        "iam.Role.from_role_arn returns, got CfnRole Stack/Role",
    ),
    "key alias": (
        lambda _: {"environment_encryption": "alias/lambda"},
        "environment_encryption must be a key, such as a kms.Key, got 'alias/lambda'",
    ),
    "default of text": (
        lambda _: {"default_for_stack": "yes"},
        "default_for_stack must be True or False, got 'yes'",
    ),
    "account of text": (
        lambda _: {"allowed_accounts": ACCOUNT},
        f"allowed_accounts must be a list of accounts, got '{ACCOUNT}'",
    ),
}


@pytest.mark.parametrize("name", PROVIDER_MISTAKES)
def test_fails_when_a_prop_of_a_provider_is_wrong_and_defines_nothing(
    stack: Stack, name: str
) -> None:
    make, message = PROVIDER_MISTAKES[name]
    props = make(stack)
    untouched = new_stack()
    make(untouched)

    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        SnapshotShareProvider(stack, "Provider", **props)

    assert stack.node.try_find_child("Provider") is None
    templates = [Template.from_stack(it).to_json() for it in (stack, untouched)]
    assert templates[0] == templates[1]


@pytest.fixture
def public_vpc(stack: Stack) -> ec2.IVpc:
    """A VPC without private subnets: CDK refuses to define a function in it."""
    public = ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC)
    return ec2.Vpc(stack, "Vpc", subnet_configuration=[public])


@pytest.fixture
def refused_role(stack: Stack, public_vpc: ec2.IVpc) -> iam.Role:
    """The role of a provider that CDK refused, twice, because of its subnets."""
    role = new_role(stack)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="public subnet"):
            SnapshotShareProvider(stack, "Provider", vpc=public_vpc, role=role)
    return role


@pytest.mark.usefixtures("refused_role")
def test_fails_when_cdk_refuses_the_function_and_defines_nothing(stack: Stack) -> None:
    left = {
        it["Type"] for it in Template.from_stack(stack).to_json()["Resources"].values()
    }

    assert {name for name in left if "::EC2::" not in name} == {"AWS::IAM::Role"}


def test_provider_that_was_refused_may_be_corrected(
    stack: Stack, refused_role: iam.Role
) -> None:
    role = refused_role

    share(stack, provider=SnapshotShareProvider(stack, "Provider", role=role))

    assert len(resources(stack, "AWS::IAM::Policy")) == 1
    assert len(resources(stack, "AWS::IAM::ManagedPolicy")) == 1


def test_provider_that_is_refused_leaves_the_policies_of_another_with_its_role(
    stack: Stack, public_vpc: ec2.IVpc
) -> None:
    role = new_role(stack)
    share(stack, provider=SnapshotShareProvider(stack, "Provider", role=role))

    with pytest.raises(RuntimeError, match="public subnet"):
        SnapshotShareProvider(stack, "Other", vpc=public_vpc, role=role)

    assert len(resources(stack, "AWS::IAM::Policy")) == 1
    assert len(resources(stack, "AWS::IAM::ManagedPolicy")) == 1
    assert stack.node.try_find_child("Other") is None


def bootstrapless() -> Stack:
    return Stack(App(), "Stack", synthesizer=BootstraplessSynthesizer())


def test_fails_without_bootstrapping_and_defines_nothing() -> None:
    stack = bootstrapless()

    with pytest.raises(RuntimeError, match=r"[Aa]sset"):
        share(stack)
    with pytest.raises(RuntimeError, match=r"[Aa]sset"):
        SnapshotShares(
            stack,
            "Shares",
            snapshot_identifier=SNAPSHOT,
            accounts_with_restore_access=[ACCOUNT],
        )
    with pytest.raises(RuntimeError, match=r"[Aa]sset"):
        SnapshotShareProvider(stack, "Provider")

    assert Template.from_stack(stack).to_json().get("Resources", {}) == {}


def test_fails_when_an_id_is_taken_and_leaves_what_has_it(stack: Stack) -> None:
    provider = SnapshotShareProvider(stack, "Provider")

    with pytest.raises(RuntimeError, match="already a Construct with name 'Provider'"):
        SnapshotShareProvider(stack, "Provider")

    assert stack.node.try_find_child("Provider") is provider


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        (lambda: Stack(App(), "Sales"), "Stack Sales; use Template.from_stack(stack)"),
        (App, "App (the app); use Template.from_stack of each of its stacks"),
        (lambda: "cdk.out/Sales.template.json", "json'; use json.loads(Path(templat"),
        (lambda: Path("Sales.template.json"), "; use json.loads(Path(template).read_t"),
        (lambda: None, "got None; use Template.from_stack"),
        (lambda: ["Sales"], "got ['Sales']; use Template.from_stack"),
        (lambda: {"Resources": ["Sales"]}, "got {'Resources': ['Sales']}; use"),
    ],
)
def test_fails_when_shares_are_looked_for_in_something_else(
    template: Callable[[], Any], problem: str
) -> None:
    with pytest.raises(TypeError, match=f"^template must be a .*{re.escape(problem)}"):
        find_snapshot_shares(template())


def test_resources_that_are_not_whole_are_no_shares() -> None:
    assert find_snapshot_shares({"Resources": {"One": {}, "Two": None}}) == []
