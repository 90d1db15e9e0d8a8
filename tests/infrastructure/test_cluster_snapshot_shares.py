"""What a template has for the shares of a cluster's newest snapshots."""

import json
from pathlib import Path
from typing import Any

import jsii
import pytest
from aws_cdk import (
    App,
    Aws,
    CfnCondition,
    CfnOutput,
    CfnParameter,
    CfnResource,
    Duration,
    Environment,
    Fn,
    NestedStack,
    RemovalPolicy,
    Resource,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_events as events,
    aws_kms as kms,
    aws_logs as logs,
    aws_s3 as s3,
    aws_sns as sns,
    aws_sns_subscriptions as subscriptions,
)
from aws_cdk.assertions import Annotations as Found, Match, Template
from constructs import Construct

from cdk_redshift_snapshot_share import (
    ClusterSnapshotShares,
    ExistingShare,
    SnapshotShareProvider,
)
from cdk_redshift_snapshot_share._private.newer_classes import (
    IClusterRef,
    find_class,
    is_missing,
)
from redshift_snapshot_share_handler import contract
from tests.infrastructure.stacks import (
    ACCOUNT,
    CLUSTER_SHARES,
    OWNER,
    REGION,
    cfn_cluster,
    cluster_shares,
    imported_vpc,
    new_role,
    new_stack,
    resources,
    share,
)

OTHER = "110987654321"
FUNCTION = "AWS::Lambda::Function"
RECOMMENDED_FLAGS = (
    Path(__file__).parents[2]
    / "node_modules/aws-cdk/lib/init-templates/.recommended-feature-flags.json"
)
POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
RULE = "AWS::Events::Rule"


@pytest.fixture
def stack() -> Stack:
    return new_stack()


@pytest.fixture(scope="module")
def minimal() -> Template:
    stack = new_stack()
    cluster_shares(stack)
    return Template.from_stack(stack)


def only(template: Template, resource_type: str) -> dict[str, Any]:
    (resource,) = template.find_resources(resource_type).values()
    return dict(resource)


def resource_of(stack: Stack) -> dict[str, Any]:
    return only(Template.from_stack(stack), CLUSTER_SHARES)


def properties_of(stack: Stack) -> dict[str, Any]:
    """What the custom resource declares."""
    return {
        name: value
        for name, value in resource_of(stack)["Properties"].items()
        if name in [*contract.ClusterProperty]
    }


def variables_of(stack: Stack) -> dict[str, Any]:
    function = only(Template.from_stack(stack), FUNCTION)
    return dict(function["Properties"]["Environment"]["Variables"])


class TestDeclaration:
    def test_has_the_defaults_written_down(self, minimal: Template) -> None:
        resource = only(minimal, CLUSTER_SHARES)

        assert resource["Properties"] == {
            "ServiceToken": {"Fn::GetAtt": [*minimal.find_resources(FUNCTION), "Arn"]},
            "ServiceTimeout": "960",
            "ClusterIdentifier": "sales",
            "AccountsWithRestoreAccess": ACCOUNT,
            "Newest": "7",
            "ExistingShare": "FAIL",
        }
        assert resource["DeletionPolicy"] == "Delete"
        assert resource["UpdateReplacePolicy"] == "Delete"

    def test_has_all_that_is_given_in_lower_case(self, stack: Stack) -> None:
        cluster_shares(
            stack,
            cluster_identifier="Sales",
            accounts_with_restore_access=(ACCOUNT, OTHER, "Amazon-Redshift-Support"),
            newest=100,
            snapshot_identifier_prefix="Weekly-",
            copy_automated_for=Duration.days(3_653),
            existing_share=ExistingShare.ADOPT,
            removal_policy=RemovalPolicy.RETAIN,
        )

        assert properties_of(stack) == {
            "ClusterIdentifier": "sales",
            "AccountsWithRestoreAccess": f"{OTHER},{ACCOUNT},amazon-redshift-support",
            "Newest": "100",
            "SnapshotIdentifierPrefix": "weekly-",
            "ManualSnapshotRetentionPeriod": "3653",
            "ExistingShare": "ADOPT",
            "RemovalPolicy": "RETAIN",
        }

    @pytest.mark.parametrize(
        "props",
        [
            {},
            {"removal_policy": RemovalPolicy.RETAIN},
            {
                "snapshot_identifier_prefix": "weekly-",
                "copy_automated_for": Duration.hours(48),
                "existing_share": ExistingShare.ADOPT,
            },
        ],
    )
    def test_is_what_the_function_finds_in_its_environment(
        self, stack: Stack, props: dict[str, Any]
    ) -> None:
        cluster_shares(stack, **props)

        (logical_id,) = resources(stack, CLUSTER_SHARES)
        assert json.loads(variables_of(stack)["DECLARATION"]) == {
            **properties_of(stack),
            "LogicalResourceId": logical_id,
        }

    def test_with_tokens_is_what_the_function_finds_in_its_environment(
        self, stack: Stack
    ) -> None:
        cluster_shares(
            stack,
            cluster_identifier=CfnParameter(stack, "Cluster").value_as_string,
            accounts_with_restore_access=[
                CfnParameter(stack, "Account").value_as_string,
                ACCOUNT,
            ],
            snapshot_identifier_prefix=(
                f"Weekly-{CfnParameter(stack, 'Team').value_as_string}-"
            ),
        )

        assert properties_of(stack) == {
            "ClusterIdentifier": {"Ref": "Cluster"},
            "AccountsWithRestoreAccess": {
                "Fn::Join": ["", [f"{ACCOUNT},", {"Ref": "Account"}]]
            },
            "Newest": "7",
            "ExistingShare": "FAIL",
            "SnapshotIdentifierPrefix": {
                "Fn::Join": ["", ["weekly-", {"Ref": "Team"}, "-"]]
            },
        }
        deployed = deploy(
            variables_of(stack)["DECLARATION"],
            {"Cluster": "sales", "Account": OTHER, "Team": "data"},
        )
        assert json.loads(deployed) == {
            "ClusterIdentifier": "sales",
            "AccountsWithRestoreAccess": f"{ACCOUNT},{OTHER}",
            "Newest": "7",
            "ExistingShare": "FAIL",
            "SnapshotIdentifierPrefix": "weekly-data-",
            "LogicalResourceId": "Shares685AF19C",
        }

    def test_follows_a_logical_id_that_is_overridden(self, stack: Stack) -> None:
        declared = cluster_shares(stack)
        resource = declared.node.default_child
        assert isinstance(resource, CfnResource)

        resource.override_logical_id("Mine")

        declaration = json.loads(variables_of(stack)["DECLARATION"])
        assert declaration["LogicalResourceId"] == "Mine"

    def test_does_not_depend_on_the_order_of_accounts(self) -> None:
        templates = []
        for accounts in ([ACCOUNT, OTHER], iter([OTHER, ACCOUNT])):
            stack = new_stack()
            cluster_shares(stack, accounts_with_restore_access=accounts)
            templates.append(Template.from_stack(stack).to_json())

        assert templates[0] == templates[1]

    @pytest.mark.parametrize(
        ("policy", "deletion", "written"),
        [
            (None, "Delete", None),
            (RemovalPolicy.DESTROY, "Delete", None),
            (RemovalPolicy.RETAIN, "RetainExceptOnCreate", "RETAIN"),
            (
                RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
                "RetainExceptOnCreate",
                "RETAIN",
            ),
        ],
    )
    def test_is_kept_on_removal_only_and_never_on_replacement(
        self,
        stack: Stack,
        policy: RemovalPolicy | None,
        deletion: str,
        written: str | None,
    ) -> None:
        """An old declaration that was kept would share its snapshots for ever."""
        cluster_shares(stack, removal_policy=policy)

        resource = resource_of(stack)
        assert resource["DeletionPolicy"] == deletion
        assert resource["UpdateReplacePolicy"] == "Delete"
        assert resource["Properties"].get("RemovalPolicy") == written

    def test_is_retained_in_both_places_by_whoever_changes_the_policy_later(
        self, stack: Stack
    ) -> None:
        """As an Aspect does that changes the removal policy of every resource."""
        resource_of_shares = cluster_shares(stack).node.default_child
        assert isinstance(resource_of_shares, CfnResource)

        resource_of_shares.apply_removal_policy(RemovalPolicy.RETAIN)

        resource = resource_of(stack)
        assert resource["DeletionPolicy"] == "Retain"
        assert resource["UpdateReplacePolicy"] == "Delete"
        assert resource["Properties"]["RemovalPolicy"] == "RETAIN"
        declaration = json.loads(variables_of(stack)["DECLARATION"])
        assert declaration["RemovalPolicy"] == "RETAIN"


def deploy(value: Any, values: dict[str, str]) -> str:
    """Do what CloudFormation does with a text."""
    match value:
        case {"Ref": name}:
            return values[name]
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter.join(deploy(part, values) for part in parts))
    return str(value)


class TestCluster:
    def test_of_the_stack_is_made_first(self, stack: Stack) -> None:
        cluster_shares(
            stack,
            cluster_identifier=None,
            cluster=cfn_cluster(stack, cluster_identifier="Sales"),
        )

        resource = resource_of(stack)
        assert resource["Properties"]["ClusterIdentifier"] == "sales"
        assert resource["DependsOn"] == ["Cluster"]

    def test_that_cloudformation_names_is_referred_to(self, stack: Stack) -> None:
        cluster_shares(stack, cluster_identifier=None, cluster=cfn_cluster(stack))

        assert properties_of(stack)["ClusterIdentifier"] == {"Ref": "Cluster"}

    def test_that_is_named_by_a_parameter_keeps_its_token(self, stack: Stack) -> None:
        name = CfnParameter(stack, "Name").value_as_string
        cluster = cfn_cluster(stack, cluster_identifier=name)

        cluster_shares(stack, cluster_identifier=None, cluster=cluster)

        assert properties_of(stack)["ClusterIdentifier"] == {"Ref": "Name"}

    @pytest.mark.parametrize(
        ("name", "expected"),
        [("Sales", "sales"), (Aws.STACK_NAME, {"Ref": "AWS::StackName"})],
        ids=["known", "token"],
    )
    def test_may_be_a_reference(
        self, stack: Stack, name: str, expected: object
    ) -> None:
        reference: Any = OtherCluster(stack, name)

        cluster_shares(stack, cluster_identifier=None, cluster=reference)

        assert properties_of(stack)["ClusterIdentifier"] == expected

    def test_may_be_in_the_parent_of_a_nested_stack(self, stack: Stack) -> None:
        nested = NestedStack(stack, "Nested")
        cluster = cfn_cluster(stack, cluster_identifier="sales")

        cluster_shares(nested, cluster_identifier=None, cluster=cluster)

        (parent,) = resources(stack, "AWS::CloudFormation::Stack").values()
        assert parent["DependsOn"] == ["Cluster"]
        assert properties_of(nested)["ClusterIdentifier"] == "sales"

    def test_may_be_in_another_stack(self) -> None:
        app = App(context={"aws:cdk:disable-asset-staging": True})
        clusters, stack = Stack(app, "Clusters"), Stack(app, "Stack")
        cluster = cfn_cluster(clusters, cluster_identifier="sales")

        cluster_shares(stack, cluster_identifier=None, cluster=cluster)

        assert properties_of(stack)["ClusterIdentifier"] == "sales"
        assert stack.dependencies == [clusters]


ClusterReference = find_class("aws_cdk.interfaces.aws_redshift", "ClusterReference")


@jsii.implements(IClusterRef)
class OtherCluster(Resource):
    """A reference that is not CloudFormation's own resource."""

    def __init__(self, scope: Stack, name: str) -> None:
        if is_missing(IClusterRef):
            pytest.skip("this aws-cdk-lib has no IClusterRef")
        super().__init__(scope, "OtherCluster")
        self._name = name

    @property
    def cluster_ref(self) -> Any:
        return ClusterReference(cluster_identifier=self._name)


class TestRule:
    def test_invokes_the_function_every_15_minutes(self, minimal: Template) -> None:
        rule = only(minimal, RULE)

        assert rule["Properties"]["ScheduleExpression"] == "rate(15 minutes)"
        assert rule["Properties"]["State"] == "ENABLED"
        (target,) = rule["Properties"]["Targets"]
        assert target == {
            "Arn": {"Fn::GetAtt": [*minimal.find_resources(FUNCTION), "Arn"]},
            "Id": "Target0",
        }

    def test_may_invoke_the_function(self, minimal: Template) -> None:
        permission = only(minimal, "AWS::Lambda::Permission")

        assert permission["Properties"] == {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Fn::GetAtt": [*minimal.find_resources(FUNCTION), "Arn"]},
            "Principal": "events.amazonaws.com",
            "SourceArn": {"Fn::GetAtt": [*minimal.find_resources(RULE), "Arn"]},
        }

    def test_comes_after_the_resource_and_goes_before_it(
        self, minimal: Template
    ) -> None:
        (resource,) = minimal.find_resources(CLUSTER_SHARES)

        assert only(minimal, RULE)["DependsOn"] == [resource]

    def test_may_have_another_schedule(self, stack: Stack) -> None:
        schedule = events.Schedule.cron(minute="0", hour="4")

        declared = cluster_shares(stack, schedule=schedule)

        (rule,) = resources(stack, RULE).values()
        assert rule["Properties"]["ScheduleExpression"] == "cron(0 4 * * ? *)"
        assert declared.rule.node.path == "Stack/Shares/Rule"


class TestFunction:
    def test_starts_in_the_handler_of_clusters(self, minimal: Template) -> None:
        function = only(minimal, FUNCTION)["Properties"]

        assert function["Handler"] == contract.CLUSTER_HANDLER
        assert "newest snapshots" in function["Description"]
        assert function["MemorySize"] == 256
        assert function["Timeout"] == contract.FUNCTION_TIMEOUT_SECONDS

    def test_has_its_stack_and_its_declaration_in_the_environment(
        self, minimal: Template
    ) -> None:
        function = only(minimal, FUNCTION)["Properties"]

        variables = function["Environment"]["Variables"]
        assert set(variables) == {"STACK_ID", "DECLARATION"}
        assert variables["STACK_ID"] == {"Ref": "AWS::StackId"}

    def test_waits_for_its_permissions_and_the_resource_for_it(
        self, minimal: Template
    ) -> None:
        permissions = {
            logical_id
            for resource_type in ("AWS::IAM::Role", *POLICIES)
            for logical_id in minimal.find_resources(resource_type)
        }

        assert len(permissions) == 3
        assert set(only(minimal, FUNCTION)["DependsOn"]) == permissions
        assert "DependsOn" not in only(minimal, CLUSTER_SHARES)

    def test_is_beside_that_of_named_snapshots(self, stack: Stack) -> None:
        share(stack)
        before = Template.from_stack(stack).to_json()["Resources"]
        both = new_stack()
        share(both)

        cluster_shares(both)

        after = Template.from_stack(both).to_json()["Resources"]
        assert {name: after[name] for name in before} == before
        assert len(resources(both, FUNCTION)) == 2

    def test_is_one_per_construct(self, stack: Stack) -> None:
        cluster_shares(stack, "One")
        cluster_shares(stack, "Two", accounts_with_restore_access=[OTHER])

        assert len(resources(stack, FUNCTION)) == 2

    def test_takes_the_props_of_a_provider(self, stack: Stack) -> None:
        key = kms.Key(stack, "Key")
        log_group = logs.LogGroup(stack, "Logs")
        role = new_role(stack)

        declared = cluster_shares(
            stack,
            allowed_accounts=[ACCOUNT],
            log_group=log_group,
            role=role,
            vpc=imported_vpc(stack),
            memory_size=512,
            reserved_concurrent_executions=1,
            environment_encryption=key,
        )

        (function,) = resources(stack, FUNCTION).values()
        properties = function["Properties"]
        assert properties["Environment"]["Variables"]["ALLOWED_ACCOUNTS"] == ACCOUNT
        assert properties["KmsKeyArn"] == stack.resolve(key.key_arn)
        assert properties["MemorySize"] == 512
        assert properties["ReservedConcurrentExecutions"] == 1
        assert properties["VpcConfig"]["SubnetIds"] == ["subnet-0a1b"]
        assert declared.log_group is log_group
        assert declared.role is role
        assert {*resources(stack, "AWS::IAM::Policy")} < {*function["DependsOn"]}

    def test_may_be_woken_up_by_a_topic(self, stack: Stack) -> None:
        declared = cluster_shares(stack)
        topic = sns.Topic(stack, "SnapshotEvents")

        topic.add_subscription(subscriptions.LambdaSubscription(declared.function))

        (subscription,) = resources(stack, "AWS::SNS::Subscription").values()
        (function,) = resources(stack, FUNCTION)
        assert subscription["Properties"]["Endpoint"] == {
            "Fn::GetAtt": [function, "Arn"]
        }

    def test_may_be_granted_something(self, stack: Stack) -> None:
        declared = cluster_shares(stack)

        assert s3.Bucket(stack, "Bucket").grant_read(declared).success


class TestAllowedAccounts:
    def test_of_a_chosen_default_provider_hold_for_clusters_too(
        self, stack: Stack
    ) -> None:
        SnapshotShareProvider(
            stack, "Provider", allowed_accounts=[ACCOUNT], default_for_stack=True
        )

        with pytest.raises(
            ValueError,
            match=f"each of accounts_with_restore_access must be one of the allowed_acc.*got {OTHER}",
        ):
            cluster_shares(stack, accounts_with_restore_access=[ACCOUNT, OTHER])

        cluster_shares(stack)
        assert allowed_accounts(stack) == [ACCOUNT, ACCOUNT]

    def test_of_its_own_win(self, stack: Stack) -> None:
        SnapshotShareProvider(
            stack, "Provider", allowed_accounts=[ACCOUNT], default_for_stack=True
        )

        cluster_shares(
            stack, accounts_with_restore_access=[OTHER], allowed_accounts=[OTHER]
        )

        assert sorted(map(str, allowed_accounts(stack))) == [OTHER, ACCOUNT]

    @pytest.mark.parametrize(
        "props",
        [
            {"default_for_stack": True},
            {"allowed_accounts": [OTHER]},
        ],
        ids=["default without", "not the default"],
    )
    def test_of_other_providers_do_not_matter(
        self, stack: Stack, props: dict[str, Any]
    ) -> None:
        SnapshotShareProvider(stack, "Provider", **props)

        cluster_shares(stack)

        assert len(resources(stack, CLUSTER_SHARES)) == 1

    def test_fit_the_environment_beside_the_longest_declaration(
        self, stack: Stack
    ) -> None:
        accounts = [f"{210_000_000_000 + n}" for n in range(200)]
        declared = cluster_shares(
            stack,
            cluster_identifier="c" * 63,
            accounts_with_restore_access=accounts[:20],
            newest=5,
            snapshot_identifier_prefix="p" * 171,
            copy_automated_for=Duration.days(3_653),
            existing_share=ExistingShare.ADOPT,
            removal_policy=RemovalPolicy.RETAIN,
            allowed_accounts=accounts,
        )
        resource = declared.node.default_child
        assert isinstance(resource, CfnResource)
        resource.override_logical_id("L" * 255)

        variables = variables_of(stack)
        stack_id = (
            "arn:aws-us-gov:cloudformation:us-gov-west-1:111122223333:stack/"
            f"{'s' * 128}/{'5' * 36}"
        )
        used = len("".join([*variables, *map(str, variables.values()), stack_id]))
        assert used < 4_096

    def test_fails_when_they_do_not_fit(self, stack: Stack) -> None:
        accounts = [f"{210_000_000_000 + n}" for n in range(201)]

        with pytest.raises(ValueError, match=r"at most 2,600 characters, .* got 201"):
            cluster_shares(
                stack,
                accounts_with_restore_access=accounts[:1],
                allowed_accounts=accounts,
            )


def allowed_accounts(stack: Stack) -> list[str | None]:
    return [
        function["Properties"]["Environment"]["Variables"].get("ALLOWED_ACCOUNTS")
        for function in resources(stack, FUNCTION).values()
    ]


class TestAttributes:
    def test_are_those_of_the_resource(self, stack: Stack) -> None:
        declared = cluster_shares(stack)
        (logical_id,) = resources(stack, CLUSTER_SHARES)

        assert stack.resolve(declared.shared_snapshot_count) == {
            "Fn::GetAtt": [logical_id, "SharedSnapshotCount"]
        }
        assert stack.resolve(declared.shared_snapshot_identifiers) == {
            "Fn::Split": [
                ",",
                {"Fn::GetAtt": [logical_id, "SharedSnapshotIdentifiers"]},
            ]
        }

    def test_of_the_newest_snapshot_can_be_an_output(self, stack: Stack) -> None:
        declared = cluster_shares(stack)

        CfnOutput(
            stack, "Newest", value=Fn.select(0, declared.shared_snapshot_identifiers)
        )

        (output,) = Template.from_stack(stack).find_outputs("Newest").values()
        assert output["Value"]["Fn::Select"][0] == 0


class TestMetric:
    def test_of_failures_has_the_dimensions_that_the_function_writes(
        self, stack: Stack
    ) -> None:
        declared = cluster_shares(stack)

        alarm(stack, declared)

        (found,) = resources(stack, "AWS::CloudWatch::Alarm").values()
        (logical_id,) = resources(stack, CLUSTER_SHARES)
        properties = found["Properties"]
        assert properties["Namespace"] == contract.METRIC_NAMESPACE
        assert properties["MetricName"] == "Failed"
        assert properties["Statistic"] == "Maximum"
        assert properties["Period"] == 900
        assert sorted((it["Name"], it["Value"]) for it in properties["Dimensions"]) == [
            ("LogicalResourceId", logical_id),
            ("StackName", "Stack"),
        ]

    def test_of_failures_may_be_watched_from_another_stack(self) -> None:
        app = App(context={"aws:cdk:disable-asset-staging": True})
        stack, alarms = Stack(app, "Stack"), Stack(app, "Alarms")
        declared = cluster_shares(stack)

        alarm(alarms, declared)

        (found,) = resources(alarms, "AWS::CloudWatch::Alarm").values()
        (logical_id,) = resources(stack, CLUSTER_SHARES)
        values = [it["Value"] for it in found["Properties"]["Dimensions"]]
        assert sorted(values) == [logical_id, "Stack"]


def alarm(scope: Construct, declared: ClusterSnapshotShares) -> cloudwatch.Alarm:
    return declared.metric_failed(period=Duration.minutes(15)).create_alarm(
        scope, "Alarm", threshold=1, evaluation_periods=2
    )


class TestKey:
    def test_lets_every_account_decrypt(self, stack: Stack) -> None:
        key = kms.Key(stack, "Key")

        cluster_shares(
            stack,
            accounts_with_restore_access=[
                ACCOUNT,
                OTHER,
                "amazon-redshift-support",
            ],
            encryption_key=key,
        )

        (found,) = resources(stack, "AWS::KMS::Key").values()
        principals = [
            statement["Principal"]["AWS"]["Fn::Join"][1][-1]
            for statement in found["Properties"]["KeyPolicy"]["Statement"]
            if statement["Action"] == "kms:Decrypt"
        ]
        assert principals == [f":iam::{OTHER}:root", f":iam::{ACCOUNT}:root"]

    def test_that_is_imported_is_warned_of(self, stack: Stack) -> None:
        key = kms.Key.from_key_arn(
            stack, "Key", f"arn:aws:kms:{REGION}:{OWNER}:key/0a1b"
        )

        cluster_shares(stack, encryption_key=key)

        (warning,) = warnings(stack)
        assert "encryptionKeyPolicy" in warning

    def test_whose_statement_does_not_follow_a_condition_is_warned_of(
        self, stack: Stack
    ) -> None:
        declared = cluster_shares(stack, encryption_key=kms.Key(stack, "Key"))
        resource = declared.node.default_child
        assert isinstance(resource, CfnResource)

        resource.cfn_options.condition = CfnCondition(
            stack, "Condition", expression=Fn.condition_equals(Aws.REGION, "x")
        )

        (warning,) = warnings(stack)
        assert "encryptionKeyCondition" in warning

    def test_may_have_a_hundred_accounts_over_all_snapshots(self, stack: Stack) -> None:
        cluster_shares(
            stack,
            accounts_with_restore_access=[f"{210_000_000_000 + n}" for n in range(20)],
            newest=5,
            encryption_key=kms.Key(stack, "Key"),
        )

        assert warnings(stack) == []

    def test_that_others_share_too_is_warned_of_beyond_a_hundred(
        self, stack: Stack
    ) -> None:
        key = kms.Key(stack, "Key")
        cluster_shares(stack, newest=100, encryption_key=key)

        share(stack, encryption_key=key)

        (warning,) = warnings(stack)
        assert "encryptionKeyQuota" in warning

    def test_that_is_not_named_is_warned_of_beyond_a_hundred(
        self, stack: Stack
    ) -> None:
        cluster_shares(stack, newest=51, accounts_with_restore_access=[ACCOUNT, OTHER])

        (warning,) = warnings(stack)
        assert "the newest 51 for 2 accounts need 102, so this fails if" in warning
        assert "cdk-redshift-snapshot-share:accountsPerKey" in warning

    def test_that_is_not_named_may_have_a_hundred_accounts(self, stack: Stack) -> None:
        cluster_shares(stack, newest=50, accounts_with_restore_access=[ACCOUNT, OTHER])

        assert warnings(stack) == []


def warnings(stack: Stack) -> list[str]:
    return [
        str(warning.entry.data)
        for warning in Found.from_stack(stack).find_warning(
            "*", Match.string_like_regexp(".*")
        )
        if "cdk-redshift-snapshot-share" in str(warning.entry.data)
    ]


def test_may_be_in_a_nested_stack(stack: Stack) -> None:
    nested = NestedStack(stack, "Nested")

    cluster_shares(nested)

    assert len(resources(nested, CLUSTER_SHARES)) == 1


def test_synthesizes_in_an_app_as_cdk_init_writes_it(tmp_path: Path) -> None:
    flags = json.loads(RECOMMENDED_FLAGS.read_text())
    app = App(outdir=str(tmp_path), context=flags)
    stack = Stack(app, "Stack", env=Environment(account=OWNER, region="eu-west-1"))
    cluster_shares(stack, copy_automated_for=Duration.days(7))

    app.synth()

    (logical_id,) = resources(stack, CLUSTER_SHARES)
    assert flags["@aws-cdk/core:validateAgainstDefaultRules"]
    assert json.loads(variables_of(stack)["DECLARATION"]) == {
        **properties_of(stack),
        "LogicalResourceId": logical_id,
    }


def test_resource_is_the_default_child(stack: Stack) -> None:
    resource = cluster_shares(stack).node.default_child

    assert isinstance(resource, CfnResource)
    assert resource.cfn_resource_type == CLUSTER_SHARES
