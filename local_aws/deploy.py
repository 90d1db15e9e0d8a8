"""`python -m local_aws.deploy`: shares a snapshot with CDK, and stops sharing it.

The CDK app of `cdk.json` is deployed to the local AWS and destroyed. In between and
afterwards, another account tries to restore the snapshot.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli, CdkError
from local_aws.interruption import exit_on_sigterm
from local_aws.log_folder import JSII_CACHE

_ROOT = Path(__file__).parent.parent
_CLUSTER = "sales"
_SNAPSHOT = "sales-2026-11-23"
_OTHER_ACCOUNT = "210987654321"


class DeploymentError(Exception):
    """The share did not grant or revoke the access."""


class LocalDeployment:
    """A deployment of the example to the local AWS, step by step.

    Args:
        aws: The local AWS.
        directory: Where the app's `cdk.json` is.
    """

    def __init__(self, aws: LocalAws, directory: Path) -> None:
        self._aws = aws
        self._cdk = CdkCli(aws, directory)
        self._assembly = aws.logs / "cdk.out"
        self._outputs = aws.logs / "outputs.json"

    def run(self) -> None:
        """Run all steps.

        Raises:
            CdkError: If a command of the CDK CLI fails.
            DeploymentError: If the access is not granted or not revoked.
        """
        with self._step("start the local AWS"):
            self._aws.wait()
        with self._step(f"create snapshot {_SNAPSHOT} of cluster {_CLUSTER}"):
            self._make_snapshot()
        with self._step("cdk bootstrap"):
            self._cdk.bootstrap()
        if not JSII_CACHE.exists():
            print("the first deployment from this checkout unpacks aws-cdk-lib first")
        with self._step("cdk deploy"):
            outputs = self._deploy()
        if outputs:
            print(f"  {len(outputs)} outputs: {self._outputs}")
        self._show_access()
        with self._step(f"restore the snapshot as account {_OTHER_ACCOUNT}"):
            self._expect_restorable("while-shared")
        print("restored")
        with self._step("cdk destroy"):
            self._cdk.run(
                "destroy", "--all", "--force", "--app", str(self._assembly.resolve())
            )
        self._show_access()
        with self._step(f"restore it as account {_OTHER_ACCOUNT}: must be refused"):
            code = self._expect_not_restorable("afterwards")
        print(f"refused: {code}\n")
        print("OK: the share granted the access, and its removal revoked it")

    @staticmethod
    @contextmanager
    def _step(name: str) -> Iterator[None]:
        began = time.monotonic()
        outcome = "FAILED after "
        print(f"{name} ... ", end="", flush=True)
        try:
            yield
            outcome = ""
        finally:
            print(f"{outcome}{time.monotonic() - began:.1f} s", flush=True)

    def _make_snapshot(self) -> None:
        redshift = self._aws.client("redshift")
        redshift.create_cluster(
            ClusterIdentifier=_CLUSTER,
            NodeType="ra3.large",
            NumberOfNodes=2,
            MasterUsername="admin",
            MasterUserPassword="Not-a-secret-1",
        )
        redshift.create_cluster_snapshot(
            ClusterIdentifier=_CLUSTER, SnapshotIdentifier=_SNAPSHOT
        )

    def _deploy(self) -> dict[str, str]:
        self._cdk.run(
            "deploy",
            "--all",
            "--require-approval=never",
            "--context",
            f"snapshot_identifier={_SNAPSHOT}",
            "--context",
            f"account={_OTHER_ACCOUNT}",
            "--output",
            str(self._assembly.resolve()),
            "--outputs-file",
            str(self._outputs.resolve()),
        )
        if not self._outputs.exists():
            return {}
        stacks: dict[str, dict[str, str]] = json.loads(self._outputs.read_text())
        return {
            f"{stack}.{name}": value
            for stack, values in stacks.items()
            for name, value in values.items()
        }

    def _show_access(self) -> None:
        print(f"\nredshift-snapshot-audit --snapshot {_SNAPSHOT}", flush=True)
        subprocess.run(
            [sys.executable, "-m", "redshift_snapshot_audit", "--snapshot", _SNAPSHOT],
            env=self._aws.environment_of(self._aws.account, self._aws.region),
            # The audit only reports. The restoration is the proof.
            check=False,
        )
        print()

    def _restore(self, cluster: str) -> None:
        self._aws.client(
            "redshift", account=_OTHER_ACCOUNT
        ).restore_from_cluster_snapshot(
            ClusterIdentifier=cluster,
            SnapshotIdentifier=_SNAPSHOT,
            SnapshotClusterIdentifier=_CLUSTER,
            OwnerAccount=self._aws.account,
        )

    def _expect_restorable(self, cluster: str) -> None:
        try:
            self._restore(cluster)
        except ClientError as error:
            raise DeploymentError(
                f"{_OTHER_ACCOUNT} cannot restore the snapshot: {error}"
            ) from error

    def _expect_not_restorable(self, cluster: str) -> str:
        try:
            self._restore(cluster)
        except ClientError as error:
            code: str = error.response["Error"]["Code"]
            if code != "AccessToSnapshotDenied":
                raise
            return code
        raise DeploymentError(f"{_OTHER_ACCOUNT} can still restore the snapshot")


def main() -> int:
    """Deploy and destroy.

    Returns:
        0 if the access was granted and revoked.
    """
    parser = argparse.ArgumentParser(prog="python -m local_aws.deploy")
    parser.add_argument(
        "directory",
        nargs="?",
        type=Path,
        default=_ROOT,
        help="where the app's cdk.json is; default: this project's root",
    )
    arguments = parser.parse_args()
    exit_on_sigterm()
    aws = LocalAws()
    print(f"logs: {aws.logs}", flush=True)
    try:
        aws.start()
        return _deploy(aws, arguments.directory)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    finally:
        aws.stop()


def _deploy(aws: LocalAws, directory: Path) -> int:
    try:
        LocalDeployment(aws, directory).run()
    except (
        CdkError,
        DeploymentError,
        BotoCoreError,
        ClientError,
        RuntimeError,
    ) as error:
        print(error, file=sys.stderr)
        with suppress(Exception):
            if log := aws.write_function_logs():
                print(f"log of the function: {log}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
