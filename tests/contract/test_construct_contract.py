"""The construct writes what the handler reads, and allows what the handler calls."""

import ast
import importlib.util
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, RemovalPolicy, Stack, aws_ec2 as ec2
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import (
    ClusterSnapshotShares,
    ExistingShare,
    SnapshotAttributes,
    SnapshotShare,
    SnapshotShareProvider,
)
from redshift_snapshot_share_handler import contract
from redshift_snapshot_share_handler.contract import AttributeType
from redshift_snapshot_share_handler.declared_share import parse_declared_share
from redshift_snapshot_share_handler.request import StackId

ACCOUNT = "210987654321"
OWNER = "123456789012"
REGION = "eu-central-1"
STACK_ID = StackId(
    arn=f"arn:aws:cloudformation:{REGION}:{OWNER}:stack/Stack/0a1b",
    partition="aws",
    region=REGION,
    account=OWNER,
    name="Stack",
)
# What CloudFormation and Lambda need for themselves.
CLOUDFORMATION_PROPERTIES = {"ServiceToken", "ServiceTimeout"}
LAMBDA_SERVICES = {"ec2", "logs"}


@pytest.fixture(scope="module")
def template() -> Template:
    """A template with everything that the construct can write."""
    stack = Stack(App(), "Stack", env=Environment(account=OWNER, region=REGION))
    provider = SnapshotShareProvider(
        stack, "Provider", allowed_accounts=[ACCOUNT], vpc=ec2.Vpc(stack, "Vpc")
    )
    SnapshotShare(
        stack,
        "ByIdentifier",
        account_with_restore_access=ACCOUNT,
        snapshot_identifier="Month-End",
        snapshot_cluster_identifier="Sales",
        existing_share=ExistingShare.ADOPT,
        removal_policy=RemovalPolicy.RETAIN,
        wait_for_snapshot=Duration.minutes(12),
        provider=provider,
    )
    SnapshotShare(
        stack,
        "ByArn",
        account_with_restore_access=ACCOUNT,
        snapshot_arn=f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:Sales/Quarter-End",
        provider=provider,
    )
    return Template.from_stack(stack)


@pytest.fixture(scope="module")
def cluster_template() -> Template:
    """A template with all that the construct can write about a cluster."""
    stack = Stack(App(), "Stack", env=Environment(account=OWNER, region=REGION))
    ClusterSnapshotShares(
        stack,
        "Shares",
        cluster_identifier="Sales",
        accounts_with_restore_access=[ACCOUNT],
        newest=3,
        snapshot_identifier_prefix="weekly-",
        copy_automated_for=Duration.days(7),
        existing_share=ExistingShare.ADOPT,
        removal_policy=RemovalPolicy.RETAIN,
        allowed_accounts=[ACCOUNT],
    )
    return Template.from_stack(stack)


def properties(template: Template) -> list[dict[str, Any]]:
    return [
        dict(resource["Properties"])
        for resource in template.find_resources(contract.RESOURCE_TYPE).values()
    ]


def test_every_property_that_is_read_is_written_and_no_other(
    template: Template,
) -> None:
    written = {name for share in properties(template) for name in share}

    assert written - CLOUDFORMATION_PROPERTIES == set(contract.Property)


def test_every_property_of_a_cluster_is_written_and_no_other(
    cluster_template: Template,
) -> None:
    (resource,) = cluster_template.find_resources(
        contract.CLUSTER_RESOURCE_TYPE
    ).values()

    written = dict(resource["Properties"])

    assert {*written} - CLOUDFORMATION_PROPERTIES == {*contract.ClusterProperty}
    del written["ServiceToken"]
    assert all(isinstance(value, str) for value in written.values())


def test_attributes_of_a_cluster_are_those_that_the_handler_answers() -> None:
    stack = Stack(App(), "Stack")
    shares = ClusterSnapshotShares(
        stack,
        "Shares",
        cluster_identifier="sales",
        accounts_with_restore_access=[ACCOUNT],
    )

    offered = {
        stack.resolve(shares.shared_snapshot_count)["Fn::GetAtt"][1],
        stack.resolve(shares.shared_snapshot_identifiers)["Fn::Split"][1]["Fn::GetAtt"][
            1
        ],
    }

    assert offered == {*contract.ClusterAttribute}


def test_every_property_is_written_as_a_string(template: Template) -> None:
    for share in properties(template):
        del share["ServiceToken"]

        assert all(isinstance(value, str) for value in share.values())


def test_handler_reads_what_was_declared(template: Template) -> None:
    by_name = {
        share.pair.snapshot_identifier: share
        for share in (parse_declared_share(it, STACK_ID) for it in properties(template))
    }

    month_end, quarter_end = by_name["month-end"], by_name["quarter-end"]
    assert month_end.pair.account == quarter_end.pair.account == ACCOUNT
    assert month_end.cluster_identifier == quarter_end.cluster_identifier == "sales"
    assert (month_end.adopts_existing, quarter_end.adopts_existing) == (True, False)
    assert (month_end.wait_seconds, quarter_end.wait_seconds) == (720, 600)


def test_choices_are_those_of_the_handler() -> None:
    assert [*ExistingShare] == [*contract.ExistingShareValue]


def test_every_attribute_in_a_response_is_offered() -> None:
    stack = Stack(App(), "Stack")
    share = SnapshotShare(
        stack,
        "Share",
        account_with_restore_access=ACCOUNT,
        snapshot_identifier="month-end",
    )

    assert list(share.snapshot_attributes.as_strings()) == [
        *contract.ATTRIBUTES,
        contract.TRUNCATED_ATTRIBUTE,
    ]


def test_attributes_that_are_lists_are_lists() -> None:
    lists = {
        name
        for name, attribute_type in contract.ATTRIBUTES.items()
        if attribute_type is AttributeType.LIST
    }
    stack = Stack(App(), "Stack")
    attributes = SnapshotShare(
        stack,
        "Share",
        account_with_restore_access=ACCOUNT,
        snapshot_identifier="month-end",
    ).snapshot_attributes

    split = {
        stack.resolve(value)["Fn::Split"][1]["Fn::GetAtt"][1]
        for value in (
            getattr(attributes, name)
            for name in vars(SnapshotAttributes)
            if not name.startswith("_")
        )
        if isinstance(value, list)
    }

    assert split == lists - {"Tags"}  # which is JSON: its values may have commas


def test_role_may_do_what_the_handler_calls_and_no_more(template: Template) -> None:
    actions = {
        action
        for resource_type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
        for policy in template.find_resources(resource_type).values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in (
            statement["Action"]
            if isinstance(statement["Action"], list)
            else [statement["Action"]]
        )
    }

    assert {
        action for action in actions if action.partition(":")[0] not in LAMBDA_SERVICES
    } == {
        f"{service}:{operation}"
        for service, operations in contract.OPERATIONS.items()
        for operation in operations
        if operation != contract.COPY_OPERATION
    }


def test_function_starts_where_the_handler_begins(template: Template) -> None:
    (function,) = template.find_resources("AWS::Lambda::Function").values()
    module, _, name = function["Properties"]["Handler"].rpartition(".")
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None

    # Not imported, because that makes the clients, which need an environment like Lambda's.
    tree = ast.parse(Path(spec.origin).read_text())

    assert [
        [argument.arg for argument in node.args.args]
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == name
    ] == [["event", "context"]]


def test_allowed_accounts_are_where_the_handler_looks(template: Template) -> None:
    (function,) = template.find_resources("AWS::Lambda::Function").values()

    assert function["Properties"]["Environment"]["Variables"] == {
        contract.ALLOWED_ACCOUNTS_VARIABLE: ACCOUNT,
        contract.STACK_ID_VARIABLE: {"Ref": "AWS::StackId"},
    }


def test_declaration_of_a_cluster_is_where_the_handler_looks(
    cluster_template: Template,
) -> None:
    (function,) = cluster_template.find_resources("AWS::Lambda::Function").values()

    assert set(function["Properties"]["Environment"]["Variables"]) == {
        contract.ALLOWED_ACCOUNTS_VARIABLE,
        contract.DECLARATION_VARIABLE,
        contract.STACK_ID_VARIABLE,
    }


def test_function_outlives_the_deadline_and_the_resource_the_function() -> None:
    assert (
        contract.DEADLINE_SECONDS
        < contract.FUNCTION_TIMEOUT_SECONDS
        < contract.SERVICE_TIMEOUT_SECONDS
    )
