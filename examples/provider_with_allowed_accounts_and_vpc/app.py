"""Runs the function in a VPC, and has it share with the accounts of the company only.

IAM cannot limit the accounts that a snapshot is shared with; `allowed_accounts` can.
`default_for_stack` makes the provider that of all shares that name none.
"""

from aws_cdk import App, Environment, Stack, aws_ec2 as ec2, aws_logs as logs
from constructs import Construct

from cdk_redshift_snapshot_share import SnapshotShare, SnapshotShareProvider

COMPANY = ["210987654321", "321098765432"]


class SharedFromVpc(Stack):
    """Shares a snapshot with a function whose network, logs and accounts are chosen."""

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
