from typing import Any

import pytest
from aws_cdk import (
    App,
    Aws,
    CfnParameter,
    NestedStack,
    RemovalPolicy,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_ec2 as ec2,
    aws_iam as iam,
    aws_kms as kms,
    aws_logs as logs,
    aws_s3 as s3,
)
from aws_cdk.assertions import Match, Template
from constructs import Construct

from cdk_redshift_snapshot_share import SnapshotShareProvider
from tests.infrastructure.stacks import (
    ACCOUNT,
    SHARE,
    new_role,
    new_stack,
    resources,
    share,
    statement_for,
    statements_of,
)

FUNCTION = "AWS::Lambda::Function"


@pytest.fixture(scope="module")
def default() -> Template:
    stack = new_stack()
    share(stack)
    return Template.from_stack(stack)


def function_of(stack: Stack) -> dict[str, Any]:
    (function,) = resources(stack, FUNCTION).values()
    return dict(function)


class TestDefault:
    def test_runs_the_handler(self, default: Template) -> None:
        default.has_resource_properties(
            FUNCTION,
            {
                "Handler": "redshift_snapshot_share_handler.index.on_event",
                "Runtime": "python3.13",
                "MemorySize": 256,
                "Timeout": 900,
                "Environment": {"Variables": {"STACK_ID": {"Ref": "AWS::StackId"}}},
                "VpcConfig": Match.absent(),
            },
        )

    def test_runs_on_what_every_region_has(self, default: Template) -> None:
        default.has_resource_properties(FUNCTION, {"Architectures": ["x86_64"]})

    def test_is_invoked_once_per_event(self, default: Template) -> None:
        default.has_resource_properties(
            "AWS::Lambda::EventInvokeConfig",
            {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 960},
        )

    def test_logs_json_to_a_group_that_is_deleted_with_the_stack(
        self, default: Template
    ) -> None:
        ((log_group, properties),) = default.find_resources(
            "AWS::Logs::LogGroup"
        ).items()

        assert properties["Properties"] == {"RetentionInDays": 30}
        assert properties["DeletionPolicy"] == "Delete"
        default.has_resource_properties(
            FUNCTION,
            {"LoggingConfig": {"LogFormat": "JSON", "LogGroup": {"Ref": log_group}}},
        )

    def test_waits_for_all_that_it_may_do(self, default: Template) -> None:
        (function,) = default.find_resources(FUNCTION).values()
        permissions = {
            logical_id
            for resource_type in (
                "AWS::IAM::Role",
                "AWS::IAM::Policy",
                "AWS::IAM::ManagedPolicy",
            )
            for logical_id in default.find_resources(resource_type)
        }

        assert len(permissions) == 3
        assert set(function["DependsOn"]) == permissions

    def test_needs_no_dependency_of_its_own_in_shares(self, default: Template) -> None:
        (resource,) = default.find_resources(SHARE).values()
        (function,) = default.find_resources(FUNCTION)

        assert "DependsOn" not in resource
        assert resource["Properties"]["ServiceToken"] == {
            "Fn::GetAtt": [function, "Arn"]
        }

    def test_is_one_per_stack(self, stack: Stack) -> None:
        share(stack)
        share(Construct(stack, "Deeper"), account_with_restore_access="321098765432")

        assert len(resources(stack, FUNCTION)) == 1

    def test_is_one_more_in_a_nested_stack(self, stack: Stack) -> None:
        nested = NestedStack(stack, "Nested")

        share(stack)
        share(nested)

        assert len(resources(stack, FUNCTION)) == 1
        assert len(resources(nested, FUNCTION)) == 1

    def test_is_found_by_get_or_create(self, stack: Stack) -> None:
        first = SnapshotShareProvider.get_or_create(stack)

        again = SnapshotShareProvider.get_or_create(Construct(stack, "Deeper"))

        assert again is first
        assert first.node.path == "Stack/RedshiftSnapshotShareProvider"

    def test_may_be_defined_with_props(self, stack: Stack) -> None:
        defined = SnapshotShareProvider(
            stack, "RedshiftSnapshotShareProvider", memory_size=512
        )

        share(stack)

        assert SnapshotShareProvider.get_or_create(stack) is defined
        assert function_of(stack)["Properties"]["MemorySize"] == 512


class TestOfOnesOwn:
    def test_gives_its_shares_other_logical_ids(self) -> None:
        logical_ids = set()
        for name in (None, "One", "Resource"):
            stack = new_stack()
            provider = SnapshotShareProvider(stack, name) if name else None
            share(stack, provider=provider)
            logical_ids |= set(resources(stack, SHARE))

        assert len(logical_ids) == 3

    def test_gives_its_shares_the_same_logical_id_wherever_the_stack_is(self) -> None:
        logical_ids = set()
        for name in ("Stack", "Renamed"):
            stack = Stack(App(), name)
            provider = SnapshotShareProvider(Construct(stack, "Team"), "Provider")
            share(stack, provider=provider)
            logical_ids |= set(resources(stack, SHARE))

        assert logical_ids == {"ShareResourceTeamProvider4963540A"}

    def test_keeps_the_custom_resource_the_default_child(self, stack: Stack) -> None:
        declared = share(stack, provider=SnapshotShareProvider(stack, "Provider"))

        assert declared.node.default_child is not None

    def test_is_the_only_one(self, stack: Stack) -> None:
        share(stack, provider=SnapshotShareProvider(stack, "Provider"))

        assert len(resources(stack, FUNCTION)) == 1

    def test_may_have_other_memory(self, stack: Stack) -> None:
        SnapshotShareProvider(stack, "Provider", memory_size=1024)

        assert function_of(stack)["Properties"]["MemorySize"] == 1024

    def test_fails_when_of_another_stack(self) -> None:
        app = App()
        provider = SnapshotShareProvider(Stack(app, "Other"), "Provider")

        with pytest.raises(
            ValueError, match="in the stack of the share, Stack, got Other/Provider"
        ):
            share(Stack(app, "Stack"), provider=provider)

    def test_fails_when_of_the_parent_of_a_nested_stack(self, stack: Stack) -> None:
        provider = SnapshotShareProvider(stack, "Provider")

        with pytest.raises(ValueError, match="must be in the stack of the share"):
            share(NestedStack(stack, "Nested"), provider=provider)


class TestAllowedAccounts:
    def test_are_told_to_the_function(self, stack: Stack) -> None:
        SnapshotShareProvider(
            stack, "Provider", allowed_accounts=["321098765432", ACCOUNT]
        )

        assert function_of(stack)["Properties"]["Environment"] == {
            "Variables": {
                "ALLOWED_ACCOUNTS": f"{ACCOUNT},321098765432",
                "STACK_ID": {"Ref": "AWS::StackId"},
            }
        }

    def test_may_have_shares(self, stack: Stack) -> None:
        provider = SnapshotShareProvider(
            stack, "Provider", allowed_accounts=[ACCOUNT, "amazon-redshift-support"]
        )

        share(stack, provider=provider)

        assert len(resources(stack, SHARE)) == 1

    def test_are_left_to_the_function_if_the_account_is_a_token(
        self, stack: Stack
    ) -> None:
        provider = SnapshotShareProvider(stack, "Provider", allowed_accounts=[ACCOUNT])
        parameter = CfnParameter(stack, "Account")

        share(
            stack,
            account_with_restore_access=parameter.value_as_string,
            provider=provider,
        )

        assert len(resources(stack, SHARE)) == 1

    def test_fails_when_another_account_is_given(self, stack: Stack) -> None:
        provider = SnapshotShareProvider(stack, "Provider", allowed_accounts=[ACCOUNT])

        with pytest.raises(
            ValueError,
            match=f"allowed_accounts, {ACCOUNT}, got 321098765432",
        ):
            share(stack, account_with_restore_access="321098765432", provider=provider)

    def test_fails_when_there_are_none(self, stack: Stack) -> None:
        with pytest.raises(ValueError, match="at least one account, got none"):
            SnapshotShareProvider(stack, "Provider", allowed_accounts=[])

    def test_as_many_as_the_environment_holds_are_accepted(self, stack: Stack) -> None:
        accounts = [f"{210_000_000_000 + n}" for n in range(292)]

        SnapshotShareProvider(stack, "Provider", allowed_accounts=accounts)

        variables = function_of(stack)["Properties"]["Environment"]["Variables"]
        stack_id = (
            "arn:aws-us-gov:cloudformation:us-gov-west-1:111122223333:stack/"
            f"{'s' * 128}/{'5' * 36}"
        )
        assert variables.keys() == {"ALLOWED_ACCOUNTS", "STACK_ID"}
        assert len("".join([*variables, variables["ALLOWED_ACCOUNTS"], stack_id])) < (
            4_096
        )

    def test_fails_when_they_do_not_fit_the_environment(self, stack: Stack) -> None:
        accounts = [f"{210_000_000_000 + n}" for n in range(293)]

        with pytest.raises(ValueError, match=r"3,800 characters, .* got 293 accounts"):
            SnapshotShareProvider(stack, "Provider", allowed_accounts=accounts)


class TestLogGroup:
    def test_may_be_given(self, stack: Stack) -> None:
        log_group = logs.LogGroup(stack, "Logs", removal_policy=RemovalPolicy.RETAIN)

        provider = SnapshotShareProvider(stack, "Provider", log_group=log_group)

        (logical_id,) = resources(stack, "AWS::Logs::LogGroup")
        assert provider.log_group is log_group
        assert statement_for(stack, "logs:PutLogEvents")["Resource"] == {
            "Fn::GetAtt": [logical_id, "Arn"]
        }
        assert function_of(stack)["Properties"]["LoggingConfig"]["LogGroup"] == {
            "Ref": logical_id
        }

    def test_is_the_providers(self, stack: Stack) -> None:
        provider = SnapshotShareProvider(stack, "Provider")

        assert provider.log_group.node.path == "Stack/Provider/LogGroup"


class TestRole:
    def test_is_the_principal_of_grants(self, stack: Stack) -> None:
        provider = SnapshotShareProvider(stack, "Provider")

        grant = s3.Bucket(stack, "Bucket").grant_read(provider)

        assert grant.success
        assert "s3:GetObject*" in statement_for(stack, "s3:GetObject*")["Action"]

    def test_may_be_given(self, stack: Stack) -> None:
        role = new_role(stack)
        provider = SnapshotShareProvider(stack, "Provider", role=role)

        share(stack, provider=provider)

        assert provider.role is role
        (logical_id,) = resources(stack, "AWS::IAM::Role")
        for resource_type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            (policy,) = resources(stack, resource_type).values()
            assert policy["Properties"]["Roles"] == [{"Ref": logical_id}]

    def test_that_is_given_is_waited_for_with_all_that_it_may_do(
        self, stack: Stack
    ) -> None:
        role = new_role(stack)

        share(stack, provider=SnapshotShareProvider(stack, "Provider", role=role))

        assert set(function_of(stack)["DependsOn"]) == {
            *resources(stack, "AWS::IAM::Role"),
            *resources(stack, "AWS::IAM::Policy"),
            *resources(stack, "AWS::IAM::ManagedPolicy"),
        }

    def test_may_be_imported(self, stack: Stack) -> None:
        role = iam.Role.from_role_name(stack, "Mine", "snapshot-sharing")

        share(stack, provider=SnapshotShareProvider(stack, "Provider", role=role))

        assert len(statements_of(stack)) > 5
        for resource_type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            (policy,) = resources(stack, resource_type).values()
            assert policy["Properties"]["Roles"] == ["snapshot-sharing"]

    def test_fails_when_it_is_of_another_account(self) -> None:
        stack = new_stack(account="123456789012")
        role = iam.Role.from_role_arn(stack, "Mine", f"arn:aws:iam::{ACCOUNT}:role/x")

        with pytest.raises(
            ValueError,
            match=f"in the account of the stack, 123456789012, got one in {ACCOUNT}; use",
        ):
            SnapshotShareProvider(stack, "Provider", role=role)

    def test_fails_when_it_is_not_a_role(self, stack: Stack) -> None:
        name: Any = "snapshot-sharing"

        with pytest.raises(
            TypeError, match=r"must be a role, .* got 'snapshot-sharing'"
        ):
            SnapshotShareProvider(stack, "Provider", role=name)

    def test_fails_when_it_is_of_another_stack(self, stack: Stack) -> None:
        other = Stack(App(), "Other")
        role = new_role(other)

        with pytest.raises(
            ValueError, match=r"of the provider, Stack, got .* stack Other"
        ):
            SnapshotShareProvider(stack, "Provider", role=role)


class TestVpc:
    def test_is_where_the_function_runs(self, stack: Stack) -> None:
        vpc = ec2.Vpc(stack, "Vpc")
        group = ec2.SecurityGroup(stack, "Group", vpc=vpc)

        SnapshotShareProvider(stack, "Provider", vpc=vpc, security_groups=[group])

        config = function_of(stack)["Properties"]["VpcConfig"]
        assert config["SecurityGroupIds"] == [
            {"Fn::GetAtt": [*resources(stack, "AWS::EC2::SecurityGroup"), "GroupId"]}
        ]
        assert len(config["SubnetIds"]) == 2

    def test_may_have_endpoints_that_the_function_waits_for(self, stack: Stack) -> None:
        vpc = ec2.Vpc(stack, "Vpc")
        endpoint = vpc.add_interface_endpoint(
            "Kms", service=ec2.InterfaceVpcEndpointAwsService.KMS
        )
        provider = SnapshotShareProvider(stack, "Provider", vpc=vpc)

        provider.node.add_dependency(endpoint)

        (function,) = (
            function
            for logical_id, function in resources(stack, FUNCTION).items()
            if logical_id.startswith("Provider")
        )
        assert {*resources(stack, "AWS::EC2::VPCEndpoint")} <= {*function["DependsOn"]}

    def test_takes_any_collection_of_security_groups(self, stack: Stack) -> None:
        vpc = ec2.Vpc(stack, "Vpc")
        groups = (ec2.SecurityGroup(stack, "Group", vpc=vpc),)

        SnapshotShareProvider(stack, "Provider", vpc=vpc, security_groups=groups)

        assert len(resources(stack, "AWS::EC2::SecurityGroup")) == 1

    def test_gives_the_role_what_lambda_needs(self, stack: Stack) -> None:
        SnapshotShareProvider(stack, "Provider", vpc=ec2.Vpc(stack, "Vpc"))

        assert statement_for(stack, "ec2:CreateNetworkInterface") == {
            "Effect": "Allow",
            "Action": [
                "ec2:AssignPrivateIpAddresses",
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:UnassignPrivateIpAddresses",
            ],
            "Resource": stack.resolve(
                f"arn:{Aws.PARTITION}:ec2:{Aws.REGION}:{Aws.ACCOUNT_ID}:*"
            ),
        }
        assert statement_for(stack, "ec2:DescribeSubnets") == {
            "Effect": "Allow",
            "Action": ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
            "Resource": "*",
        }

    def test_fails_when_there_are_security_groups_but_no_vpc(
        self, stack: Stack
    ) -> None:
        group = ec2.SecurityGroup(stack, "Group", vpc=ec2.Vpc(stack, "Vpc"))

        with pytest.raises(ValueError, match="security_groups needs a vpc, got none"):
            SnapshotShareProvider(stack, "Provider", security_groups=[group])


def test_function_has_metrics(stack: Stack) -> None:
    provider = SnapshotShareProvider(stack, "Provider")

    alarm = provider.function.metric_errors().create_alarm(
        stack,
        "Errors",
        threshold=1,
        evaluation_periods=1,
        comparison_operator=(
            cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
    )

    assert alarm.node.path == "Stack/Errors"


def test_function_has_a_description(stack: Stack) -> None:
    SnapshotShareProvider(stack, "Provider")

    assert "Redshift snapshots" in function_of(stack)["Properties"]["Description"]


def test_function_may_have_reserved_concurrent_executions(stack: Stack) -> None:
    SnapshotShareProvider(stack, "Provider", reserved_concurrent_executions=1)

    assert function_of(stack)["Properties"]["ReservedConcurrentExecutions"] == 1


def test_environment_variables_may_be_encrypted(stack: Stack) -> None:
    key = kms.Key(stack, "Key")

    SnapshotShareProvider(stack, "Provider", environment_encryption=key)

    key_arn = stack.resolve(key.key_arn)
    assert function_of(stack)["Properties"]["KmsKeyArn"] == key_arn
    assert statement_for(stack, "kms:Decrypt")["Resource"] == key_arn


def test_subnets_may_be_chosen(stack: Stack) -> None:
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name=name, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED
            )
            for name in ("One", "Two")
        ],
    )

    SnapshotShareProvider(
        stack,
        "Provider",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_group_name="Two"),
    )

    subnets = function_of(stack)["Properties"]["VpcConfig"]["SubnetIds"]
    assert subnets
    assert all("VpcTwoSubnet" in subnet["Ref"] for subnet in subnets)
