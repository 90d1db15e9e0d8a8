"""A stack that is checked with cdk-nag has no findings because of this library."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import (
    App,
    CfnParameter,
    Duration,
    Environment,
    Fn,
    NestedStack,
    Stack,
    Stage,
    Validations,
    aws_iam as iam,
    aws_kms as kms,
    aws_logs as logs,
    aws_redshift as redshift,
)
from cdk_nag import AwsSolutionsChecks

from cdk_redshift_snapshot_share import SnapshotShareProvider
from tests.infrastructure.stacks import (
    OWNER,
    REGION,
    cfn_cluster,
    cluster_shares,
    imported_vpc,
    new_role,
    share,
)


def checked_app(outdir: Path) -> App:
    app = App(outdir=str(outdir))
    Validations.of(app).add_plugins(AwsSolutionsChecks())
    return app


def findings(app: App) -> list[str]:
    """Synthesize, and name what cdk-nag found."""
    try:
        app.synth()
    except RuntimeError:
        report = json.loads((Path(app.outdir) / "validation-report.json").read_text())
        return [
            violation["ruleName"]
            for plugin in report["pluginReports"]
            for violation in plugin["violations"]
        ]
    return []


def by_identifier(stack: Stack) -> None:
    share(stack)


def in_a_nested_stack(stack: Stack) -> None:
    share(NestedStack(stack, "Nested"))


def by_parameter(stack: Stack) -> None:
    share(stack, snapshot_identifier=CfnParameter(stack, "Name").value_as_string)


def by_import(stack: Stack) -> None:
    share(stack, snapshot_identifier=Fn.import_value("Name"))


def by_selection(stack: Stack) -> None:
    names = CfnParameter(stack, "Names", type="CommaDelimitedList").value_as_list

    share(stack, snapshot_identifier=Fn.select(0, names))


def by_attribute(stack: Stack) -> None:
    cluster = redshift.CfnCluster(
        stack,
        "Cluster",
        cluster_type="multi-node",
        db_name="sales",
        master_username="admin",
        node_type="ra3.xlplus",
    )

    share(stack, snapshot_identifier=cluster.attr_endpoint_address)


def with_a_role(stack: Stack) -> None:
    share(stack, provider=SnapshotShareProvider(stack, "Own", role=new_role(stack)))


def with_an_imported_role(stack: Stack) -> None:
    role = iam.Role.from_role_name(stack, "Mine", "snapshot-sharing")

    share(stack, provider=SnapshotShareProvider(stack, "Own", role=role))


def with_a_role_for_two_providers(stack: Stack) -> None:
    role = new_role(stack)
    for name in ("One", "Two"):
        log_group = logs.LogGroup.from_log_group_name(stack, f"Logs{name}", name)
        provider = SnapshotShareProvider(stack, name, role=role, log_group=log_group)
        share(stack, f"Share{name}", snapshot_identifier=name, provider=provider)


def with_an_imported_log_group(stack: Stack) -> None:
    log_group = logs.LogGroup.from_log_group_name(stack, "Logs", "/snapshots")

    share(stack, provider=SnapshotShareProvider(stack, "Own", log_group=log_group))


def with_a_vpc(stack: Stack) -> None:
    share(stack, provider=SnapshotShareProvider(stack, "Own", vpc=imported_vpc(stack)))


def with_a_key(stack: Stack) -> None:
    share(stack, encryption_key=kms.Key(stack, "Key", enable_key_rotation=True))


def with_an_imported_alias(stack: Stack) -> None:
    alias = kms.Alias.from_alias_name(stack, "Key", "alias/sales")

    share(stack, encryption_key=alias)


def of_a_cluster(stack: Stack) -> None:
    cluster_shares(stack)


def of_a_cluster_with_copies(stack: Stack) -> None:
    cluster_shares(
        stack,
        snapshot_identifier_prefix="weekly-",
        copy_automated_for=Duration.days(7),
    )


def of_a_cluster_of_the_stack(stack: Stack) -> None:
    cluster_shares(
        stack,
        cluster_identifier=None,
        cluster=cfn_cluster(stack),
        copy_automated_for=Duration.days(7),
    )


def of_a_cluster_by_import(stack: Stack) -> None:
    name = Fn.import_value("Name")

    cluster_shares(stack, cluster_identifier=name, copy_automated_for=Duration.days(7))


def of_a_cluster_with_an_imported_role(stack: Stack) -> None:
    role = iam.Role.from_role_name(stack, "Mine", "snapshot-sharing")

    cluster_shares(stack, role=role, copy_automated_for=Duration.days(7))


@pytest.mark.parametrize(
    "declare",
    [
        of_a_cluster,
        of_a_cluster_with_copies,
        of_a_cluster_of_the_stack,
        of_a_cluster_by_import,
        of_a_cluster_with_an_imported_role,
        with_a_role,
        with_an_imported_role,
        with_a_role_for_two_providers,
        with_an_imported_log_group,
        with_a_vpc,
        with_a_key,
        with_an_imported_alias,
        by_identifier,
        in_a_nested_stack,
        by_parameter,
        by_import,
        by_selection,
        by_attribute,
    ],
)
@pytest.mark.parametrize(
    "environment",
    [Environment(), Environment(account=OWNER, region=REGION)],
    ids=["any environment", "one environment"],
)
def test_cdk_nag_has_nothing_against_a_share(
    declare: Callable[[Stack], None], environment: Environment, tmp_path: Path
) -> None:
    app = checked_app(tmp_path)
    declare(Stack(app, "Stack", env=environment))

    # The cluster's own findings belong to its stack.
    assert [finding for finding in findings(app) if "-RS" not in finding] == []


def test_cdk_nag_has_nothing_against_what_another_stack_names(tmp_path: Path) -> None:
    app = checked_app(tmp_path)
    parameter = CfnParameter(Stack(app, "Other"), "Name")
    share(Stack(app, "Stack"), snapshot_identifier=parameter.value_as_string)

    assert findings(app) == []


def test_cdk_nag_has_nothing_against_a_cluster_that_another_stack_names(
    tmp_path: Path,
) -> None:
    app = checked_app(tmp_path)
    parameter = CfnParameter(Stack(app, "Other"), "Name")
    cluster_shares(
        Stack(app, "Stack"),
        cluster_identifier=parameter.value_as_string,
        copy_automated_for=Duration.days(7),
    )

    assert findings(app) == []


def test_cdk_nag_has_nothing_against_a_share_in_a_stage(tmp_path: Path) -> None:
    app = checked_app(tmp_path)
    share(Stack(Stage(app, "Production"), "Stack"))

    assert findings(app) == []


@pytest.mark.parametrize("given", [False, True], ids=["own", "given"])
def test_cdk_nag_finds_what_a_user_adds_to_the_role(
    tmp_path: Path, *, given: bool
) -> None:
    app = checked_app(tmp_path)
    stack = Stack(app, "Stack")
    role = new_role(stack) if given else None
    provider = SnapshotShareProvider(stack, "Provider", role=role)
    share(stack, provider=provider)

    provider.role.add_to_principal_policy(
        iam.PolicyStatement(actions=["iam:PassRole"], resources=["*"])
    )

    assert findings(app) == ["AwsSolutions-IAM5[Resource::*]"]
