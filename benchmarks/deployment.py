"""`cdk deploy` of many shares, on the local AWS."""

import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.events import REGION
from benchmarks.snapshots import make_snapshots, snapshot_names
from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli

_ROOT = Path(__file__).parent.parent


def measure(kind: str, counts: list[int]) -> dict[str, Any]:
    """Deploy each number of shares, and destroy them again."""
    results: dict[str, Any] = {}
    with LocalAws() as aws:
        cdk = CdkCli(aws, _ROOT)
        make_snapshots(aws.client("redshift"), snapshot_names(max(counts)))
        cdk.run("bootstrap", f"aws://{aws.account}/{REGION}", directory=aws.logs)
        for shares in counts:
            output = ["--output", str((aws.logs / f"{kind}-{shares}").resolve())]
            app = ["--app", f"{sys.executable} -m benchmarks.apps {kind} {shares}"]
            calls_before = len(aws.redshift_calls())
            began = time.perf_counter()
            cdk.run("deploy", "--require-approval=never", *app, *output)
            deployed = time.perf_counter()
            calls = aws.redshift_calls()[calls_before:]
            cdk.run("destroy", "--force", *app, *output)
            results[str(shares)] = {
                "deploy_seconds": round(deployed - began, 1),
                "destroy_seconds": round(time.perf_counter() - deployed, 1),
                "authorizations": sum(
                    call["operation"] == "AuthorizeSnapshotAccess" for call in calls
                ),
            }
    return results
