"""An encrypted snapshot, its key's policy, and the account that restores it."""

from pathlib import Path

import pytest
from aws_cdk import App, CfnOutput, Stack, aws_kms as kms
from botocore.exceptions import ClientError

from cdk_redshift_snapshot_share import SnapshotShare
from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli
from tests.clusters import make_cluster, make_snapshots
from tests.end_to_end.deployment import Account

ANALYTICS = "210987654321"
CLUSTER = "vault"
SNAPSHOT = "vault-2026-q3"


class Vault(Stack):
    """A key and, once a snapshot exists that it encrypts, a share of that snapshot."""

    def __init__(self, app: App, *, is_shared: bool) -> None:
        super().__init__(app, "Vault")
        key = kms.Key(self, "Key")
        CfnOutput(self, "KeyArn", value=key.key_arn)
        if is_shared:
            SnapshotShare(
                self,
                "Share",
                snapshot_identifier=SNAPSHOT,
                account_with_restore_access=ANALYTICS,
                encryption_key=key,
            )


@pytest.fixture(scope="module")
def key(
    cdk: CdkCli,
    aws: LocalAws,
    account: Account,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """A customer managed key, a cluster that it encrypts, and a snapshot of that."""
    del cdk
    _deploy(aws, tmp_path_factory.mktemp("key"), is_shared=False)
    stacks = aws.client("cloudformation").describe_stacks(StackName="Vault")["Stacks"]
    arn: str = stacks[0]["Outputs"][0]["OutputValue"]
    make_cluster(account.redshift, CLUSTER, Encrypted=True, KmsKeyId=arn)
    make_snapshots(account.redshift, SNAPSHOT, cluster=CLUSTER)
    return arn


def test_the_other_account_can_restore_an_encrypted_snapshot(
    aws: LocalAws, account: Account, key: str, tmp_path: Path
) -> None:
    """Redshift refuses unless the key's policy lets the other account decrypt."""
    account.share_by_hand(SNAPSHOT, ANALYTICS)
    with pytest.raises(ClientError, match="kms"):
        _restore(aws, "before")
    account.redshift.revoke_snapshot_access(
        SnapshotIdentifier=SNAPSHOT, AccountWithRestoreAccess=ANALYTICS
    )

    _deploy(aws, tmp_path, is_shared=True)

    _restore(aws, "after")
    assert account.describe(SNAPSHOT)["KmsKeyId"] == key
    _deploy(aws, tmp_path, is_shared=False)
    assert account.accounts_with_restore_access(SNAPSHOT) == []


def _restore(aws: LocalAws, cluster: str) -> None:
    aws.client("redshift", account=ANALYTICS).restore_from_cluster_snapshot(
        ClusterIdentifier=cluster,
        SnapshotIdentifier=SNAPSHOT,
        SnapshotClusterIdentifier=CLUSTER,
        OwnerAccount=aws.account,
    )


def _deploy(aws: LocalAws, folder: Path, *, is_shared: bool) -> None:
    app = App(outdir=str(folder))
    Vault(app, is_shared=is_shared)
    app.synth()
    CdkCli(aws).run("deploy", "--all", "--require-approval=never", "--app", str(folder))
