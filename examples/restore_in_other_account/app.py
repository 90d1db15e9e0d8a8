"""Restores the snapshot in the other account, and lets people restore it by hand.

Deploy it to the account that the snapshot is shared with, in the snapshot's Region. The
cluster is restored once. Another snapshot replaces the cluster.
"""

from aws_cdk import (
    Acknowledgment,
    App,
    ArnFormat,
    Stack,
    Validations,
    aws_iam as iam,
    aws_kms as kms,
    aws_redshift as redshift,
)
from constructs import Construct

OWNER_ACCOUNT = "123456789012"
SNAPSHOT = "sales-2026-11-23"
SNAPSHOT_CLUSTER = "sales"
# The key that encrypts the snapshot. Its policy must let this account decrypt. The share's
# `encryption_key` adds that statement.
SNAPSHOT_KEY = "1b5e2d4c-8f3a-4e7b-9c6d-0a1b2c3d4e5f"
SUBNET_GROUP = "warehouse"


class RestoredSnapshot(Stack):
    """A cluster restored from another account's snapshot."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        parameters = redshift.CfnClusterParameterGroup(
            self,
            "Parameters",
            description="Encrypted connections only, and what users do is logged",
            parameter_group_family="redshift-2.0",
            parameters=[
                redshift.CfnClusterParameterGroup.ParameterProperty(
                    parameter_name=name, parameter_value="true"
                )
                for name in ("require_ssl", "enable_user_activity_logging")
            ],
        )
        redshift.CfnCluster(
            self,
            "Cluster",
            cluster_type="multi-node",
            number_of_nodes=2,
            node_type="ra3.xlplus",
            db_name="sales",
            port=5455,
            master_username="admin",
            manage_master_password=True,
            cluster_subnet_group_name=SUBNET_GROUP,
            cluster_parameter_group_name=parameters.ref,
            enhanced_vpc_routing=True,
            logging_properties=redshift.CfnCluster.LoggingPropertiesProperty(
                log_destination_type="cloudwatch",
                log_exports=["connectionlog", "useractivitylog", "userlog"],
            ),
            # Without the owner, Redshift looks only for a snapshot of this account, and
            # finds none.
            owner_account=OWNER_ACCOUNT,
            snapshot_identifier=SNAPSHOT,
            snapshot_cluster_identifier=SNAPSHOT_CLUSTER,
            # The restored cluster does not have to depend on the other account's key.
            encrypted=True,
            kms_key_id=key.key_arn,
        )
        restore = iam.ManagedPolicy(
            self,
            "Restore",
            description="What it takes to restore the shared snapshot by hand",
        )
        restore.add_statements(
            iam.PolicyStatement(
                actions=["redshift:DescribeClusterSnapshots"],
                resources=["*"],
            ),
            iam.PolicyStatement(
                actions=["redshift:RestoreFromClusterSnapshot"],
                resources=[
                    self.format_arn(
                        service="redshift",
                        account=OWNER_ACCOUNT,
                        resource="snapshot",
                        resource_name=f"{SNAPSHOT_CLUSTER}/{SNAPSHOT}",
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    ),
                    self.format_arn(
                        service="redshift",
                        resource="cluster",
                        resource_name="sales-restored",
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    ),
                ],
            ),
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:DescribeKey"],
                resources=[
                    self.format_arn(
                        service="kms",
                        account=OWNER_ACCOUNT,
                        resource="key",
                        resource_name=SNAPSHOT_KEY,
                    )
                ],
            ),
            iam.PolicyStatement(
                actions=[
                    "kms:CreateGrant",
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:GenerateDataKey",
                    "kms:RetireGrant",
                ],
                resources=[key.key_arn],
            ),
        )
        Validations.of(restore).acknowledge(
            Acknowledgment(
                id="AwsSolutions-IAM5[Resource::*]",
                reason="DescribeClusterSnapshots cannot be limited to a resource",
            )
        )


app = App()
RestoredSnapshot(app, "RestoredSnapshot")
app.synth()
