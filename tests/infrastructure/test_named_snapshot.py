"""The ways to name a snapshot, and where each ends up."""

from collections.abc import Callable
from typing import Any, cast

import jsii
import pytest
from aws_cdk import (
    App,
    Aws,
    CfnParameter,
    Environment,
    Fn,
    NestedStack,
    Resource,
    Stack,
    aws_ssm as ssm,
)

from cdk_redshift_snapshot_share._private.newer_classes import (
    ISnapshotRef,
    find_class,
    is_missing,
)
from tests.infrastructure.stacks import (
    OWNER,
    REGION,
    arn,
    cfn_snapshot,
    needs_cfn_snapshot,
    new_stack,
    resources,
    share,
    shared_snapshots,
    shares_of,
)

ARN = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:sales/sales-2026-11-23"
AUTOMATED = "rs:sales-2026-11-23-04-05-06"

# The props that name a snapshot, some of which need a stack.
Naming = Callable[[Stack], dict[str, Any]]


SnapshotReference = find_class("aws_cdk.interfaces.aws_redshift", "SnapshotReference")


@jsii.implements(ISnapshotRef)
class OtherSnapshot(Resource):
    """A reference that is not CloudFormation's own resource."""

    def __init__(self, scope: Stack, arn: str, **environment: Any) -> None:
        if is_missing(ISnapshotRef):
            pytest.skip("this aws-cdk-lib has no ISnapshotRef")
        super().__init__(scope, "OtherSnapshot", **environment)
        self._arn = arn

    @property
    def snapshot_ref(self) -> Any:
        return SnapshotReference(snapshot_arn=self._arn)


class TestIdentifier:
    def test_is_sent_and_allowed_in_lower_case(self, stack: Stack) -> None:
        share(stack, snapshot_identifier="Sales-2026")

        assert shares_of(stack)[0]["SnapshotIdentifier"] == "sales-2026"
        assert shared_snapshots(stack) == [arn("*/sales-2026")]

    def test_longest_is_accepted(self, stack: Stack) -> None:
        share(stack, snapshot_identifier="s" * 255)

        assert shared_snapshots(stack) == [arn("*/" + "s" * 255)]

    @pytest.mark.parametrize(
        "token",
        ["parameter", "import", "embedded"],
    )
    def test_may_be_a_token(self, stack: Stack, token: str) -> None:
        parameter = CfnParameter(stack, "Name").value_as_string
        identifier, resolved = {
            "parameter": (parameter, {"Ref": "Name"}),
            "import": (Fn.import_value("Name"), {"Fn::ImportValue": "Name"}),
            "embedded": (
                f"sales-{parameter}",
                {"Fn::Join": ["", ["sales-", {"Ref": "Name"}]]},
            ),
        }[token]

        share(stack, snapshot_identifier=identifier)

        assert shares_of(stack)[0]["SnapshotIdentifier"] == resolved
        (resource,) = shared_snapshots(stack)
        assert (
            stack.resolve(
                f"arn:{Aws.PARTITION}:redshift:{Aws.REGION}:{Aws.ACCOUNT_ID}:snapshot:*/{identifier}"
            )
            == resource
        )

    @pytest.mark.parametrize(
        "identifier",
        ["", "s" * 256, "-sales", "sales-", "sales--2026", "2026-sales", "sales_2026"],
    )
    def test_fails_when_malformed(self, stack: Stack, identifier: str) -> None:
        with pytest.raises(ValueError, match="snapshot_identifier must be 1 to 255"):
            share(stack, snapshot_identifier=identifier)


class TestArn:
    def test_is_sent_and_allowed_in_lower_case(self, stack: Stack) -> None:
        share(
            stack,
            snapshot_identifier=None,
            snapshot_arn=ARN.replace("sales/sales", "Sales/SALES"),
        )

        assert shares_of(stack)[0]["SnapshotArn"] == ARN
        assert "SnapshotIdentifier" not in shares_of(stack)[0]

    def test_allows_the_snapshot_in_the_environment_of_the_stack(
        self, stack: Stack
    ) -> None:
        share(stack, snapshot_identifier=None, snapshot_arn=ARN)

        assert shared_snapshots(stack) == [arn("sales/sales-2026-11-23")]

    def test_may_be_made_of_tokens(self, stack: Stack) -> None:
        made = stack.format_arn(
            service="redshift", resource="snapshot:Sales", resource_name="Month-End"
        )

        share(stack, snapshot_identifier=None, snapshot_arn=made)

        assert shared_snapshots(stack) == [arn("sales/month-end")]
        assert shares_of(stack)[0]["SnapshotArn"] == stack.resolve(
            f"arn:{Aws.PARTITION}:redshift:{Aws.REGION}:{Aws.ACCOUNT_ID}"
            ":snapshot:sales/month-end"
        )

    def test_may_be_a_token(self, stack: Stack) -> None:
        parameter = CfnParameter(stack, "Arn").value_as_string

        share(stack, snapshot_identifier=None, snapshot_arn=parameter)

        assert shares_of(stack)[0]["SnapshotArn"] == {"Ref": "Arn"}
        assert shared_snapshots(stack) == [{"Ref": "Arn"}]

    @pytest.mark.parametrize(
        "value",
        [
            "sales-2026-11-23",
            "arn:aws:redshift:eu-central-1:123456789012:cluster:sales",
            "arn:aws:redshift:eu-central-1:123456789012:snapshot:sales-2026-11-23",
            "arn:aws:redshift:eu-central-1:1234:snapshot:sales/sales-2026-11-23",
        ],
    )
    def test_fails_when_malformed(self, stack: Stack, value: str) -> None:
        with pytest.raises(ValueError, match="snapshot_arn must be like"):
            share(stack, snapshot_identifier=None, snapshot_arn=value)

    def test_fails_when_serverless(self, stack: Stack) -> None:
        serverless = f"arn:aws:redshift-serverless:{REGION}:{OWNER}:snapshot/0a1b"

        with pytest.raises(ValueError, match="Redshift Serverless snapshot"):
            share(stack, snapshot_identifier=None, snapshot_arn=serverless)


class TestReference:
    def test_gives_cloudformation_the_order(self, stack: Stack) -> None:
        share(stack, snapshot_identifier=None, snapshot=cfn_snapshot(stack))

        assert shares_of(stack)[0]["SnapshotArn"] == {
            "Fn::GetAtt": ["Snapshot", "SnapshotArn"]
        }

    def test_allows_what_is_known_of_the_snapshot(self, stack: Stack) -> None:
        share(stack, snapshot_identifier=None, snapshot=cfn_snapshot(stack))

        assert shared_snapshots(stack) == [arn("sales/month-end")]

    @pytest.mark.parametrize(
        ("name", "allowed"),
        [
            ("cluster_identifier", arn("*/month-end")),
            ("snapshot_identifier", {"Fn::GetAtt": ["Snapshot", "SnapshotArn"]}),
        ],
    )
    def test_may_have_a_token_for_its_name(
        self, stack: Stack, name: str, allowed: Any
    ) -> None:
        token = CfnParameter(stack, "Name").value_as_string
        snapshot = cfn_snapshot(stack, **{name: token})

        share(stack, snapshot_identifier=None, snapshot=snapshot)

        assert shared_snapshots(stack) == [allowed]

    def test_of_another_kind_counts_by_its_arn(self, stack: Stack) -> None:
        other = OtherSnapshot(stack, ARN)

        share(stack, snapshot_identifier=None, snapshot=cast(ISnapshotRef, other))

        assert shares_of(stack)[0]["SnapshotArn"] == ARN
        assert shared_snapshots(stack) == [arn("sales/sales-2026-11-23")]

    @pytest.mark.parametrize(
        "environment",
        [Environment(), Environment(account=OWNER, region=REGION)],
        ids=["any", "one"],
    )
    def test_may_be_in_another_stack_of_the_environment(
        self, environment: Environment
    ) -> None:
        app = App()
        snapshots, stack = (
            Stack(app, name, env=environment) for name in ("Snapshots", "Stack")
        )

        share(stack, snapshot_identifier=None, snapshot=cfn_snapshot(snapshots))

        assert "Fn::ImportValue" in shares_of(stack)[0]["SnapshotArn"]
        assert resources(snapshots, "AWS::Redshift::Snapshot")

    def test_of_any_environment_may_be_shared_by_a_stack_of_one(self) -> None:
        stack = new_stack(account=OWNER, region=REGION)
        other = OtherSnapshot(
            stack,
            CfnParameter(stack, "Arn").value_as_string,
            account=CfnParameter(stack, "Owner").value_as_string,
            region=CfnParameter(stack, "Region").value_as_string,
        )

        share(stack, snapshot_identifier=None, snapshot=cast(ISnapshotRef, other))

        assert shares_of(stack)[0]["SnapshotArn"] == {"Ref": "Arn"}

    def test_is_where_its_arn_says_whatever_its_environment(self) -> None:
        stack = new_stack(account=OWNER, region=REGION)
        other = OtherSnapshot(stack, ARN, account="999999999999", region="us-east-1")

        share(stack, snapshot_identifier=None, snapshot=cast(ISnapshotRef, other))

        assert shares_of(stack)[0]["SnapshotArn"] == ARN

    def test_fails_when_its_environment_is_another_and_its_arn_a_token(self) -> None:
        stack = new_stack(account=OWNER, region=REGION)
        arn = CfnParameter(stack, "Arn").value_as_string
        other = OtherSnapshot(stack, arn, account="999999999999", region=REGION)

        with pytest.raises(ValueError, match="got one in 999999999999"):
            share(stack, snapshot_identifier=None, snapshot=cast(ISnapshotRef, other))

    def test_may_be_in_the_parent_of_a_nested_stack(self, stack: Stack) -> None:
        nested = NestedStack(stack, "Nested")

        share(nested, snapshot_identifier=None, snapshot=cfn_snapshot(stack))

        assert shared_snapshots(nested) == [arn("sales/month-end")]
        assert set(shares_of(nested)[0]["SnapshotArn"]) == {"Ref"}

    def test_may_be_in_a_nested_stack(self, stack: Stack) -> None:
        nested = NestedStack(stack, "Nested")

        share(stack, snapshot_identifier=None, snapshot=cfn_snapshot(nested))

        assert shared_snapshots(stack) == [arn("sales/month-end")]
        assert set(shares_of(stack)[0]["SnapshotArn"]) == {"Fn::GetAtt"}

    @pytest.mark.parametrize(
        ("account", "region", "problem"),
        [
            (
                OWNER,
                "eu-west-1",
                f"Region of the stack, {REGION}, got one in eu-west-1",
            ),
            ("999999999999", REGION, f"account of the stack, {OWNER}, got one in 9999"),
        ],
    )
    def test_fails_when_in_another_environment(
        self, account: str, region: str, problem: str
    ) -> None:
        app = App()
        snapshots = Stack(
            app, "Snapshots", env=Environment(account=account, region=region)
        )
        stack = Stack(app, "Stack", env=Environment(account=OWNER, region=REGION))

        with pytest.raises(ValueError, match=problem):
            share(stack, snapshot_identifier=None, snapshot=cfn_snapshot(snapshots))

    def test_may_be_still_to_be_looked_up(self) -> None:
        stack = new_stack(account=OWNER, region=REGION)
        name = ssm.StringParameter.value_from_lookup(stack, "/team/name")
        snapshot = cfn_snapshot(
            stack, snapshot_identifier=name, cluster_identifier=name
        )

        share(stack, snapshot_identifier=None, snapshot=snapshot)

        assert len(shares_of(stack)) == 1

    def test_fails_when_its_cluster_is_malformed(self, stack: Stack) -> None:
        with pytest.raises(
            ValueError,
            match=r"^cluster_identifier of the snapshot must be 1 to 63 .* got 'a_b'",
        ):
            share(
                stack,
                snapshot_identifier=None,
                snapshot=cfn_snapshot(stack, cluster_identifier="a_b"),
            )

    @needs_cfn_snapshot
    def test_fails_when_it_is_no_resource(self, stack: Stack) -> None:
        with pytest.raises(
            TypeError, match=r"snapshot must be a resource, .* got 'sales-2026'"
        ):
            share(stack, snapshot_identifier=None, snapshot="sales-2026")


class TestClusterIdentifier:
    def test_narrows_what_is_allowed(self, stack: Stack) -> None:
        share(stack, snapshot_cluster_identifier="Sales")

        assert shares_of(stack)[0]["SnapshotClusterIdentifier"] == "sales"
        assert shared_snapshots(stack) == [arn("sales/sales-2026-11-23")]

    def test_may_be_a_token(self, stack: Stack) -> None:
        cluster = CfnParameter(stack, "Cluster").value_as_string

        share(stack, snapshot_cluster_identifier=cluster)

        assert shares_of(stack)[0]["SnapshotClusterIdentifier"] == {"Ref": "Cluster"}
        assert shared_snapshots(stack) == [
            stack.resolve(
                f"arn:{Aws.PARTITION}:redshift:{Aws.REGION}:{Aws.ACCOUNT_ID}"
                f":snapshot:{cluster}/sales-2026-11-23"
            )
        ]

    @pytest.mark.parametrize(
        ("of_the_arn", "given"),
        [
            ("sales", "sales"),
            ("sales", "SALES"),
            ("{token}", "sales"),
            ("sales", "{token}"),
        ],
        ids=["equal", "in another case", "narrows a token", "is a token"],
    )
    def test_and_an_arn_allow_the_narrower_of_both(
        self, stack: Stack, of_the_arn: str, given: str
    ) -> None:
        token = CfnParameter(stack, "Cluster").value_as_string

        share(
            stack,
            snapshot_identifier=None,
            snapshot_arn=ARN.replace("sales/", of_the_arn.format(token=token) + "/"),
            snapshot_cluster_identifier=given.format(token=token),
        )

        assert shared_snapshots(stack) == [arn("sales/sales-2026-11-23")]

    @pytest.mark.parametrize("cluster", ["", "-sales", "s" * 64])
    def test_fails_when_malformed(self, stack: Stack, cluster: str) -> None:
        with pytest.raises(
            ValueError, match="snapshot_cluster_identifier must be 1 to 63"
        ):
            share(stack, snapshot_cluster_identifier=cluster)

    @pytest.mark.parametrize(
        "name_it",
        [lambda _: {"snapshot_arn": ARN}, lambda it: {"snapshot": cfn_snapshot(it)}],
        ids=["arn", "resource"],
    )
    def test_fails_when_it_contradicts_what_names_the_snapshot(
        self, stack: Stack, name_it: Naming
    ) -> None:
        with pytest.raises(
            ValueError, match="cluster of the snapshot, 'sales', got 'hr'"
        ):
            share(
                stack,
                snapshot_identifier=None,
                **name_it(stack),
                snapshot_cluster_identifier="hr",
            )


@pytest.mark.parametrize(
    "name_it",
    [
        lambda _: {"snapshot_identifier": AUTOMATED},
        lambda _: {"snapshot_arn": ARN.replace("sales-2026-11-23", AUTOMATED)},
        lambda it: {"snapshot": cfn_snapshot(it, snapshot_identifier=AUTOMATED)},
    ],
    ids=["identifier", "arn", "resource"],
)
def test_fails_when_automated(stack: Stack, name_it: Naming) -> None:
    named = {"snapshot_identifier": None, **name_it(stack)}

    with pytest.raises(ValueError, match="automated snapshot, which cannot be shared"):
        share(stack, **named)


@pytest.mark.parametrize(
    ("name_it", "given"),
    [
        (lambda _: {"snapshot_identifier": None}, "none of them"),
        (lambda _: {"snapshot_arn": ARN}, "snapshot_identifier and snapshot_arn"),
        (
            lambda it: {"snapshot_arn": ARN, "snapshot": cfn_snapshot(it)},
            "snapshot_identifier and snapshot_arn and snapshot",
        ),
    ],
    ids=["not", "twice", "in every way"],
)
def test_fails_unless_the_snapshot_is_named_once(
    stack: Stack, name_it: Naming, given: str
) -> None:
    with pytest.raises(ValueError, match=f"needs exactly one of .* got {given}$"):
        share(stack, **name_it(stack))
