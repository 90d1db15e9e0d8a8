"""Runs the function in a VPC, and lets it share only with the accounts of the company.

IAM cannot limit the accounts that a snapshot is shared with, but `allowed_accounts` can.
With `default_for_stack`, all shares that name no provider use this one.
"""

from aws_cdk import App, Environment, Stack, aws_ec2 as ec2, aws_logs as logs
from constructs import Construct

from cdk_redshift_snapshot_share import SnapshotShare, SnapshotShareProvider

COMPANY = ["210987654321", "321098765432"]


class SharedFromVpc(Stack):
    """Shares a snapshot by a function with a chosen network, log group and list of accounts."""

    def __init__(
        self, scope: Construct, construct_id: str, *, env: Environment
    ) -> None:
        super().__init__(scope, construct_id, env=env)
        vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id="vpc-0a1b2c3d4e5f60718",
            availability_zones=["eu-central-1a", "eu-central-1b"],
            private_subnet_ids=["subnet-0a1b2c3d4e5f60718", "subnet-0f1e2d3c4b5a69788"],
        )
        SnapshotShareProvider(
            self,
            "Provider",
            allowed_accounts=COMPANY,
            log_group=logs.LogGroup(
                self, "Logs", retention=logs.RetentionDays.ONE_YEAR
            ),
            vpc=vpc,
            default_for_stack=True,
        )
        SnapshotShare(
            self,
            "Share",
            snapshot_identifier="sales-2026-11-23",
            account_with_restore_access="210987654321",
        )


app = App()
SharedFromVpc(
    app,
    "SharedFromVpc",
    env=Environment(account="123456789012", region="eu-central-1"),
)
app.synth()
