"""Runs of the command on a local AWS, each in an account of its own."""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from local_aws.aws import LocalAws
from tests.aws.conftest import REGION
from tests.aws.local_connection import Credentials, LocalConnection

ROOT = Path(__file__).parents[2]
_NUMBERS = itertools.count(1)
_SERVICES = ("redshift", "cloudformation", "s3", "ssm", "kms", "iam", "lambda", "logs")


class Verification:
    """The command, run in an account of the local AWS.

    Args:
        aws: The local AWS.
        folder: Gets the report.
        credentials: Whose to use. Default: those of the account's root.
        others: Those of the second account. Default: those of its root.
        account: The account. Default: one that nobody else has.
    """

    def __init__(
        self,
        aws: LocalAws,
        folder: Path,
        credentials: Credentials | None = None,
        others: Credentials | None = None,
        account: str | None = None,
    ) -> None:
        self.account = account or f"5{next(_NUMBERS):011d}"
        self.folder = folder
        self._aws = aws
        given = {
            "variables": aws.variables_of(self.account, REGION),
            "call_log": str(aws.logs / "redshift-calls.jsonl"),
            "credentials": [credentials, others],
        }
        (folder / "variables.json").write_text(json.dumps(given))

    def run(
        self, *arguments: str, last_write: int = 0, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """Run the command to its end, or until it kills itself."""
        with self.start(*arguments, last_write=last_write) as process:
            try:
                output, errors = process.communicate(timeout=timeout)
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(
            process.args, process.returncode, output, errors
        )

    def start(self, *arguments: str, last_write: int = 0) -> subprocess.Popen[str]:
        """Start the command."""
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.aws.verify_local"),
                *(str(self.folder), str(last_write)),
                *("--account", self.account, "--region", REGION, "--yes"),
                *("--output", str(self.folder), *arguments),
            ],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def report(self) -> dict[str, Any]:
        """The report."""
        text = (self.folder / "verified-on-aws.json").read_text("utf-8")
        report: dict[str, Any] = json.loads(text)
        return report

    def outcomes(self) -> dict[str, bool | None]:
        """Whether each question's answer is as assumed."""
        return {row["id"]: row["equal"] for row in self.report()["questions"]}

    def existing(self, region: str = REGION, account: str | None = None) -> bytes:
        """All that exists in an account and Region, to compare byte by byte."""
        connection = LocalConnection(
            Credentials(account or self.account),
            region,
            self._aws.variables,
            self.folder,
            self.folder,
        )
        return json.dumps(_all_of(connection), default=str, indent=1).encode()


def _all_of(connection: LocalConnection) -> dict[str, Any]:
    clients = {service: connection.client(service) for service in _SERVICES}
    redshift, s3, kms = clients["redshift"], clients["s3"], clients["kms"]
    keys = [
        kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        for key in kms.list_keys()["Keys"]
    ]
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return {
        "clusters": redshift.describe_clusters()["Clusters"],
        "snapshots": [
            # The only things that change by themselves.
            {name: value for name, value in each.items() if "Remaining" not in name}
            for each in redshift.describe_cluster_snapshots()["Snapshots"]
        ],
        "stacks": clients["cloudformation"].describe_stacks()["Stacks"],
        "buckets": {
            name: s3.list_objects_v2(Bucket=name).get("Contents", []) for name in names
        },
        "parameters": clients["ssm"].describe_parameters()["Parameters"],
        "keys": [key for key in keys if key["KeyState"] != "PendingDeletion"],
        "roles": [
            role
            for role in clients["iam"].list_roles()["Roles"]
            if "aws-service-role" not in role["Path"]
        ],
        "policies": clients["iam"].list_policies(Scope="Local")["Policies"],
        "functions": clients["lambda"].list_functions()["Functions"],
        "log groups": clients["logs"].describe_log_groups()["logGroups"],
    }
