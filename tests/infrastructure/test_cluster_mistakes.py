"""Mistakes in the shares of a cluster: each message says what is wrong and what to do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import (
    App,
    CfnParameter,
    Duration,
    Environment,
    RemovalPolicy,
    Stack,
    aws_applicationautoscaling as appscaling,
    aws_ec2 as ec2,
    aws_ecs as ecs,
    aws_iam as iam,
    aws_kms as kms,
)
from aws_cdk.assertions import Template

from tests.infrastructure.stacks import (
    ACCOUNT,
    CLUSTER_SHARES,
    OWNER,
    REGION,
    cfn_cluster,
    cluster_shares,
    new_role,
    new_stack,
    resources,
)

ACCOUNTS = [f"{210_000_000_000 + n}" for n in range(21)]
CLUSTER_ARN = f"arn:aws:redshift:{REGION}:{OWNER}:cluster:sales"

Make = Callable[[Stack], dict[str, Any]]

MISTAKES: dict[str, tuple[Make, str]] = {
    "no cluster": (
        lambda _: {"cluster_identifier": None},
        "need exactly one of cluster_identifier and cluster, got none of them",
    ),
    "two clusters": (
        lambda stack: {"cluster": cfn_cluster(stack)},
        "need exactly one of cluster_identifier and cluster, got cluster_identifier and",
    ),
    "ARN of a cluster": (
        lambda _: {"cluster_identifier": CLUSTER_ARN},
        (
            f"cluster_identifier must be an identifier, got the ARN '{CLUSTER_ARN}'; give "
            "what follows its last colon as cluster_identifier"
        ),
    ),
    "malformed cluster": (
        lambda _: {"cluster_identifier": "sales_eu"},
        "cluster_identifier must be 1 to 63 letters, digits and single hyphens",
    ),
    "malformed cluster of the stack": (
        lambda stack: {
            "cluster_identifier": None,
            "cluster": cfn_cluster(stack, cluster_identifier="sales_eu"),
        },
        "cluster_identifier of the cluster must be 1 to 63 letters",
    ),
    "cluster of a number": (
        lambda _: {"cluster_identifier": 5},
        "cluster_identifier must be a string, got 5",
    ),
    "cluster of text": (
        lambda _: {"cluster_identifier": None, "cluster": "sales"},
        "such as an aws_redshift.CfnCluster, got 'sales'; give a name as cluster_ident",
    ),
    "cluster of another service": (
        lambda stack: {
            "cluster_identifier": None,
            "cluster": ecs.CfnCluster(stack, "Wrong"),
        },
        "such as an aws_redshift.CfnCluster, got CfnCluster Stack/Wrong",
    ),
    "dynamic reference": (
        lambda _: {"cluster_identifier": "{{resolve:ssm:cluster}}"},
        "cluster_identifier must not be a dynamic reference",
    ),
    "accounts of text": (
        lambda _: {"accounts_with_restore_access": ACCOUNT},
        f"accounts_with_restore_access must be a list of accounts, got '{ACCOUNT}'",
    ),
    "no accounts": (
        lambda _: {"accounts_with_restore_access": []},
        "must name at least one account, got none; remove the construct to share with",
    ),
    "account of a number": (
        lambda _: {"accounts_with_restore_access": [210987654321]},
        "each of accounts_with_restore_access must be a string of 12 digits, got 2109",
    ),
    "malformed account": (
        lambda _: {"accounts_with_restore_access": [ACCOUNT, "12345"]},
        "each of accounts_with_restore_access must be a 12-digit AWS account id",
    ),
    "account twice": (
        lambda _: {"accounts_with_restore_access": [ACCOUNT, ACCOUNT]},
        f"accounts_with_restore_access must name each account once, got {ACCOUNT} twice",
    ),
    "list that is a token": (
        lambda stack: {
            "accounts_with_restore_access": CfnParameter(
                stack, "Accounts", type="CommaDelimitedList"
            ).value_as_list
        },
        "known at synthesis, got a token; give each account as a token of its own",
    ),
    "own account": (
        lambda _: {"accounts_with_restore_access": [ACCOUNT, OWNER]},
        f"must be other accounts, got {OWNER}, which owns the snapshots and can restore",
    ),
    "21 accounts": (
        lambda _: {"accounts_with_restore_access": ACCOUNTS, "newest": 1},
        "the snapshots of cluster sales can be shared with at most 20 accounts, got 21",
    ),
    "no snapshots": (lambda _: {"newest": 0}, "newest must be 1 to 100, got 0"),
    "101 snapshots": (lambda _: {"newest": 101}, "newest must be 1 to 100, got 101"),
    "fewer than no snapshots": (
        lambda _: {"newest": -1},
        "newest must be 1 to 100, got -1",
    ),
    "newest of text": (
        lambda _: {"newest": "7"},
        "newest must be a whole number, got '7'",
    ),
    "newest of truth": (
        lambda _: {"newest": True},
        "newest must be a whole number, got True",
    ),
    "half a snapshot": (
        lambda _: {"newest": 1.5},
        "newest must be a whole number, got 1.5",
    ),
    "newest that is a token": (
        lambda stack: {
            "newest": CfnParameter(stack, "Newest", type="Number").value_as_number
        },
        "newest must be known at synthesis, got a token",
    ),
    "prefix with a wildcard": (
        lambda _: {"snapshot_identifier_prefix": "weekly-*"},
        "snapshot_identifier_prefix must be the beginning of a snapshot identifier",
    ),
    "empty prefix": (
        lambda _: {"snapshot_identifier_prefix": ""},
        "got ''; leave it out to share all manual snapshots of the cluster",
    ),
    "prefix of automated snapshots": (
        lambda _: {"snapshot_identifier_prefix": "rs:sales-"},
        (
            "'rs:sales-' is that of automated snapshots, which cannot be shared; have them "
            "copied to manual snapshots with copy_automated_for"
        ),
    ),
    "prefix of a number": (
        lambda _: {"snapshot_identifier_prefix": 2026},
        "snapshot_identifier_prefix must be a string, got 2026",
    ),
    "prefix of an ARN": (
        lambda _: {"snapshot_identifier_prefix": "arn:aws:redshift:eu-central-1:1:s"},
        "snapshot_identifier_prefix must be an identifier, got the ARN",
    ),
    "malformed prefix with a token": (
        lambda stack: {
            "snapshot_identifier_prefix": (
                f"{CfnParameter(stack, 'Team').value_as_string}_"
            )
        },
        "that begin with a letter, got '<a token>_'; leave it out",
    ),
    "copies with a colon": (
        lambda _: {
            "snapshot_identifier_prefix": "copy:",
            "copy_automated_for": Duration.days(7),
        },
        "snapshot_identifier_prefix must not contain a colon if copy_automated_for is",
    ),
    "copies with a prefix that is too long": (
        lambda _: {
            "snapshot_identifier_prefix": "p" * 231,
            "copy_automated_for": Duration.days(7),
        },
        "must be at most 230 characters if copy_automated_for is given, because the ide",
    ),
    "copies for a number of days": (
        lambda _: {"copy_automated_for": 7},
        "copy_automated_for must be a Duration, such as Duration.days(7), got 7",
    ),
    "copies for hours": (
        lambda _: {"copy_automated_for": Duration.hours(36)},
        "copy_automated_for must be whole days, 1 to 3,653, got 1 day 12 hours",
    ),
    "copies for no time": (
        lambda _: {"copy_automated_for": Duration.days(0)},
        "copy_automated_for must be whole days, 1 to 3,653, got",
    ),
    "copies for longer than Redshift keeps them": (
        lambda _: {"copy_automated_for": Duration.days(3_654)},
        "copy_automated_for must be whole days, 1 to 3,653, got 3654 days",
    ),
    "copies for a token": (
        lambda stack: {
            "copy_automated_for": Duration.days(
                CfnParameter(stack, "Days", type="Number").value_as_number
            )
        },
        "copy_automated_for must be known at synthesis, got a token",
    ),
    "schedule of text": (
        lambda _: {"schedule": "rate(15 minutes)"},
        "schedule must be a schedule of aws_events, such as events.Schedule.rate(Durat",
    ),
    "schedule of another service": (
        lambda _: {"schedule": appscaling.Schedule.rate(Duration.minutes(15))},
        "schedule must be a schedule of aws_events, such as events.Schedule.rate(Durat",
    ),
    "existing share": (
        lambda _: {"existing_share": "STEAL"},
        "existing_share must be FAIL or ADOPT, got 'STEAL'",
    ),
    "removal policy": (
        lambda _: {"removal_policy": RemovalPolicy.SNAPSHOT},
        "removal_policy must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got SNA",
    ),
    "key of text": (
        lambda _: {"encryption_key": "alias/sales"},
        "encryption_key must be a key, such as a kms.Key",
    ),
    "key of AWS": (
        lambda stack: {
            "encryption_key": kms.Alias.from_alias_name(
                stack, "Managed", "alias/aws/redshift"
            )
        },
        "encryption_key must be a customer managed key, got alias/aws/redshift",
    ),
    "more than 100 accounts for the key": (
        lambda stack: {
            "accounts_with_restore_access": ACCOUNTS[:3],
            "newest": 34,
            "encryption_key": kms.Key(stack, "Key"),
        },
        "and the newest 34 for 3 accounts need 102; share fewer snapshots, or with few",
    ),
    "account that is not allowed": (
        lambda _: {"allowed_accounts": ["321098765432"]},
        "each of accounts_with_restore_access must be one of the allowed_accounts, 3210",
    ),
    "no allowed accounts": (
        lambda _: {"allowed_accounts": []},
        "allowed_accounts must name at least one account, got none; leave it out",
    ),
    "memory": (
        lambda _: {"memory_size": 0},
        "memory_size must be 128 to 10,240, got 0",
    ),
    "subnets without a vpc": (
        lambda _: {"vpc_subnets": ec2.SubnetSelection()},
        "vpc_subnets needs a vpc, got none",
    ),
    "role resource": (
        lambda stack: {
            "role": iam.CfnRole(stack, "Role", assume_role_policy_document={})
        },
        "iam.Role.from_role_arn returns, got CfnRole Stack/Role",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_fails_when_a_prop_is_wrong_and_defines_nothing(name: str) -> None:
    make, message = MISTAKES[name]
    stack, untouched = (new_stack(account=OWNER, region=REGION) for _ in range(2))
    props = make(stack)
    make(untouched)

    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        cluster_shares(stack, **props)

    assert stack.node.try_find_child("Shares") is None
    templates = [Template.from_stack(it).to_json() for it in (stack, untouched)]
    assert templates[0] == templates[1]


def test_what_was_wrong_may_be_corrected() -> None:
    stack = new_stack(account=OWNER)
    with pytest.raises(ValueError, match="at most 20 accounts"):
        cluster_shares(stack, accounts_with_restore_access=ACCOUNTS)

    cluster_shares(stack, accounts_with_restore_access=ACCOUNTS[:20], newest=5)

    assert len(resources(stack, CLUSTER_SHARES)) == 1


def test_fails_when_declarations_need_21_accounts_together() -> None:
    stack = new_stack()
    cluster_shares(stack, "One", accounts_with_restore_access=ACCOUNTS[:11])

    with pytest.raises(ValueError, match="at most 20 accounts, got 21 in this stack"):
        cluster_shares(
            stack,
            "Two",
            cluster_identifier="Sales",
            accounts_with_restore_access=ACCOUNTS[11:],
        )

    assert len(resources(stack, CLUSTER_SHARES)) == 1


def test_fails_when_declarations_need_51_tags_together() -> None:
    stack = new_stack()
    for name in ("One", "Two"):
        cluster_shares(stack, name, accounts_with_restore_access=ACCOUNTS[:20])

    with pytest.raises(ValueError, match="at most 50 tags each, and this stack's decl"):
        cluster_shares(stack, "Three", accounts_with_restore_access=ACCOUNTS[:11])

    cluster_shares(stack, "Three", accounts_with_restore_access=ACCOUNTS[:10])
    assert len(resources(stack, CLUSTER_SHARES)) == 3


def test_message_names_the_snapshots_that_a_declaration_is_about() -> None:
    with pytest.raises(
        ValueError,
        match=r"^the snapshots of cluster sales that begin with weekly- can be shared wit",
    ):
        cluster_shares(
            new_stack(),
            snapshot_identifier_prefix="Weekly-",
            accounts_with_restore_access=ACCOUNTS,
        )


def test_declarations_about_other_snapshots_do_not_count() -> None:
    stack = new_stack()
    cluster_shares(stack, "One", accounts_with_restore_access=ACCOUNTS[:11])

    cluster_shares(
        stack,
        "Two",
        cluster_identifier="ledger",
        accounts_with_restore_access=ACCOUNTS[11:],
    )
    cluster_shares(
        stack,
        "Three",
        snapshot_identifier_prefix="weekly-",
        accounts_with_restore_access=ACCOUNTS[11:],
    )

    assert len(resources(stack, CLUSTER_SHARES)) == 3


@pytest.mark.parametrize(
    ("environment", "where"),
    [
        (Environment(account="999999999999", region=REGION), "account of the stack"),
        (Environment(account=OWNER, region="us-east-1"), "Region of the stack"),
    ],
    ids=["account", "Region"],
)
def test_fails_when_the_cluster_is_elsewhere(
    environment: Environment, where: str
) -> None:
    app = App(context={"aws:cdk:disable-asset-staging": True})
    clusters = Stack(app, "Clusters", env=environment)
    stack = Stack(app, "Stack", env=Environment(account=OWNER, region=REGION))

    with pytest.raises(ValueError, match=f"the cluster must be in the {where}, "):
        cluster_shares(stack, cluster_identifier=None, cluster=cfn_cluster(clusters))


def test_fails_when_the_own_account_is_a_token() -> None:
    stack = new_stack()

    with pytest.raises(ValueError, match="must be other accounts, got <a token>, whi"):
        cluster_shares(stack, accounts_with_restore_access=[stack.account])


def test_fails_when_a_prefix_with_a_token_is_that_of_an_automated_snapshot() -> None:
    stack = new_stack()
    team = CfnParameter(stack, "Team").value_as_string

    with pytest.raises(ValueError, match="'rs:<a token>' is that of automated snapsho"):
        cluster_shares(stack, snapshot_identifier_prefix=f"rs:{team}")


@pytest.mark.parametrize("prefix", ["copy:", "awsbackup:job-"])
def test_prefix_of_what_other_services_make_is_accepted(prefix: str) -> None:
    stack = new_stack()

    cluster_shares(stack, snapshot_identifier_prefix=prefix)

    (resource,) = resources(stack, CLUSTER_SHARES).values()
    assert resource["Properties"]["SnapshotIdentifierPrefix"] == prefix


def test_longest_prefix_of_copies_is_accepted() -> None:
    stack = new_stack()

    cluster_shares(
        stack,
        snapshot_identifier_prefix="p" * 230,
        copy_automated_for=Duration.days(1),
    )

    assert len(resources(stack, CLUSTER_SHARES)) == 1


def test_longest_prefix_of_copies_of_any_cluster_is_accepted() -> None:
    stack = new_stack()

    cluster_shares(
        stack,
        cluster_identifier=CfnParameter(stack, "Name").value_as_string,
        snapshot_identifier_prefix=(
            f"{'p' * 200}{CfnParameter(stack, 'Team').value_as_string}"
        ),
        copy_automated_for=Duration.days(1),
    )

    assert len(resources(stack, CLUSTER_SHARES)) == 1


def test_fails_when_the_role_is_of_another_stack() -> None:
    app = App(context={"aws:cdk:disable-asset-staging": True})
    role = new_role(Stack(app, "Other"))
    stack = Stack(app, "Stack")

    with pytest.raises(ValueError, match="role must be defined in, or imported into"):
        cluster_shares(stack, role=role)


def test_fails_when_cdk_refuses_the_function_and_defines_nothing() -> None:
    stack = new_stack()
    public = ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC)
    vpc = ec2.Vpc(stack, "Vpc", subnet_configuration=[public])

    with pytest.raises(RuntimeError, match="public subnet"):
        cluster_shares(stack, vpc=vpc)

    assert stack.node.try_find_child("Shares") is None
    cluster_shares(stack, accounts_with_restore_access=ACCOUNTS[:20])
    assert len(resources(stack, CLUSTER_SHARES)) == 1
