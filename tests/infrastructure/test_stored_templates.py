"""Whole templates, so that a changed logical id is seen.

For CloudFormation, a changed logical id is a new resource. After an intended change,
`UPDATE_STORED_TEMPLATES=1 pytest tests/infrastructure/test_stored_templates.py` stores the
templates again.
"""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import (
    App,
    CfnParameter,
    Duration,
    Environment,
    RemovalPolicy,
    Stack,
    aws_ec2 as ec2,
    aws_events as events,
    aws_kms as kms,
    aws_logs as logs,
    aws_redshift as redshift,
)
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import (
    ClusterSnapshotShares,
    ExistingShare,
    SnapshotShare,
    SnapshotShareProvider,
    SnapshotShares,
)
from tests.infrastructure.stacks import cfn_snapshot, imported_vpc, new_role

STORED = Path(__file__).parent / "stored"
# The hash of the handler's code, which other tests are about.
ASSET = re.compile(r"[0-9a-f]{64}")


def minimal() -> Stack:
    """The template that most users have."""
    stack = Stack(App(), "Minimal")
    SnapshotShare(
        stack,
        "Share",
        snapshot_identifier="sales-2026-11-23",
        account_with_restore_access="210987654321",
    )
    return stack


def maximal() -> Stack:
    """Every prop, and every way to name a snapshot but the one of `by_reference`."""
    stack = Stack(
        App(),
        "Maximal",
        env=Environment(account="123456789012", region="eu-central-1"),
    )
    vpc = imported_vpc(stack)
    key = kms.Key(stack, "Key")
    provider = SnapshotShareProvider(
        stack,
        "Provider",
        allowed_accounts=["210987654321", "321098765432", "amazon-redshift-support"],
        log_group=logs.LogGroup(stack, "Logs"),
        vpc=vpc,
        security_groups=[ec2.SecurityGroup(stack, "SecurityGroup", vpc=vpc)],
        memory_size=512,
    )
    SnapshotShares(
        stack,
        "Shares",
        accounts_with_restore_access=["321098765432", "210987654321"],
        snapshot_identifier="Sales-2026-11-23",
        snapshot_cluster_identifier="Sales",
        existing_share=ExistingShare.ADOPT,
        encryption_key=key,
        wait_for_snapshot=Duration.minutes(12),
        removal_policy=RemovalPolicy.RETAIN,
        provider=provider,
    )
    SnapshotShare(
        stack,
        "ByArn",
        account_with_restore_access="210987654321",
        snapshot_arn="arn:aws:redshift:eu-central-1:123456789012:snapshot:sales/by-arn",
        provider=provider,
    )
    SnapshotShare(
        stack,
        "ForSupport",
        account_with_restore_access="amazon-redshift-support",
        snapshot_identifier="for-support",
        provider=provider,
    )
    SnapshotShare(
        stack,
        "ByToken",
        account_with_restore_access=CfnParameter(stack, "Account").value_as_string,
        snapshot_identifier=CfnParameter(stack, "Name").value_as_string,
    )
    return stack


def by_reference() -> Stack:
    """A snapshot of the same stack."""
    stack = Stack(App(), "ByReference")
    SnapshotShare(
        stack,
        "Share",
        account_with_restore_access="210987654321",
        snapshot=cfn_snapshot(
            stack, cluster_identifier="sales", snapshot_identifier="by-reference"
        ),
    )
    return stack


def cluster() -> Stack:
    """The newest snapshots of a cluster, with every prop about what is shared."""
    stack = Stack(App(), "Cluster")
    ClusterSnapshotShares(
        stack,
        "Newest",
        cluster_identifier="sales",
        accounts_with_restore_access=["210987654321"],
    )
    ClusterSnapshotShares(
        stack,
        "Weekly",
        cluster=redshift.CfnCluster(
            stack,
            "Ledger",
            cluster_type="single-node",
            db_name="ledger",
            master_username="admin",
            node_type="ra3.large",
        ),
        accounts_with_restore_access=["321098765432", "210987654321"],
        newest=4,
        snapshot_identifier_prefix="weekly-",
        copy_automated_for=Duration.days(28),
        schedule=events.Schedule.rate(Duration.hours(1)),
        existing_share=ExistingShare.ADOPT,
        encryption_key=kms.Key(stack, "Key"),
        removal_policy=RemovalPolicy.RETAIN,
        allowed_accounts=["210987654321", "321098765432"],
        role=new_role(stack),
    )
    return stack


@pytest.mark.parametrize("make_stack", [minimal, maximal, by_reference, cluster])
def test_template_is_as_stored(make_stack: Callable[[], Stack]) -> None:
    template = Template.from_stack(make_stack()).to_json()
    text = ASSET.sub("<asset>", json.dumps(template, indent=2, sort_keys=True)) + "\n"
    stored = STORED / f"{make_stack.__name__}.json"

    if "UPDATE_STORED_TEMPLATES" in os.environ:
        stored.write_text(text)

    assert text == stored.read_text()
