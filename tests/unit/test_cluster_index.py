import gc
import importlib
import json
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import redshift_snapshot_share_handler
from redshift_snapshot_share_handler.contract import CLUSTER_HANDLER
from redshift_snapshot_share_handler.errors import SnapshotShareError
from tests.unit.http_server import serving
from tests.unit.stubs import ACCOUNT, STACK
from tests.unit.test_index import environment

__all__ = ["environment"]

MODULE, FUNCTION = CLUSTER_HANDLER.rsplit(".", 1)
DECLARATION = {
    "ClusterIdentifier": "sales",
    "AccountsWithRestoreAccess": ACCOUNT,
    "Newest": "7",
    "LogicalResourceId": "Shares",
}
NO_SNAPSHOTS = b"<R><DescribeClusterSnapshotsResult/></R>"
EVENT = {
    "RequestType": "Create",
    "RequestId": "request-1",
    "StackId": STACK.arn,
    "LogicalResourceId": "Shares",
    "ResourceProperties": {
        name: value
        for name, value in DECLARATION.items()
        if name != "LogicalResourceId"
    },
}


@dataclass
class Context:
    """Lambda's context, as far as it is used."""

    aws_request_id: str = "run-1"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def cold_start() -> ModuleType:
    sys.modules.pop(MODULE, None)
    return importlib.import_module(MODULE)


def test_a_run_does_what_the_environment_declares(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving([(200, NO_SNAPSHOTS)] * 2) as redshift:
        environment.setenv("AWS_ENDPOINT_URL_REDSHIFT", redshift.url)
        environment.setenv("STACK_ID", STACK.arn)
        environment.setenv("DECLARATION", json.dumps(DECLARATION))

        getattr(cold_start(), FUNCTION)({"source": "aws.events"}, Context())

    assert b"ClusterIdentifier=sales" in redshift.requests[0].body
    [metrics] = [
        json.loads(line)
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("{")
    ]
    assert metrics["SharedSnapshots"] == 0
    assert metrics["LogicalResourceId"] == "Shares"


def test_a_request_of_cloudformation_is_responded_to(
    environment: pytest.MonkeyPatch,
) -> None:
    with (
        serving([(200, NO_SNAPSHOTS)] * 2) as redshift,
        serving([(200, b"")]) as storage,
    ):
        environment.setenv("AWS_ENDPOINT_URL_REDSHIFT", redshift.url)
        environment.setenv("STACK_ID", STACK.arn)

        getattr(cold_start(), FUNCTION)(
            {**EVENT, "ResponseURL": f"{storage.url}/?secret"}, Context()
        )

    [request] = storage.requests
    answer = json.loads(request.body)
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"]["SharedSnapshotCount"] == "0"


def test_a_request_of_another_stack_is_refused(
    environment: pytest.MonkeyPatch,
) -> None:
    with serving([(200, b"")]) as storage:
        environment.setenv("AWS_ENDPOINT_URL", storage.url)
        environment.setenv("STACK_ID", STACK.arn.replace("analytics", "other"))

        getattr(cold_start(), FUNCTION)(
            {**EVENT, "ResponseURL": f"{storage.url}/?secret"}, Context()
        )

    [request] = storage.requests
    assert "serves only stack" in json.loads(request.body)["Reason"]


def test_a_function_without_a_declaration_runs_for_nothing(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("STACK_ID", STACK.arn)
    environment.delenv("DECLARATION", raising=False)

    with pytest.raises(SnapshotShareError, match="cluster_identifier"):
        getattr(cold_start(), FUNCTION)({}, Context())


def test_garbage_is_collected_once_all_is_imported(
    environment: pytest.MonkeyPatch,
) -> None:
    del environment

    cold_start()

    assert gc.isenabled()
    assert logging.getLogger(redshift_snapshot_share_handler.__name__).level == (
        logging.INFO
    )


def loaded_by(entry: str) -> set[str]:
    """The modules of the handler that an entry point imports."""
    folder = Path(redshift_snapshot_share_handler.__path__[0])
    package = redshift_snapshot_share_handler.__name__
    seen: set[str] = set()
    names = [entry]
    while names:
        name = names.pop()
        if name in seen or not (folder / f"{name}.py").exists():
            continue
        seen.add(name)
        text = (folder / f"{name}.py").read_text("utf-8")
        for line in text.splitlines():
            words = line.split(" ")
            if words[0] == "from" and words[1] == package:
                names += [word.strip("(),") for word in words[3:]]
            elif words[0] == "from" and words[1].startswith(f"{package}."):
                names.append(words[1].rpartition(".")[2])
    return seen


def test_neither_entry_point_loads_what_only_the_other_needs() -> None:
    single, cluster = loaded_by("index"), loaded_by("cluster_index")

    assert not single & {"cluster_delivery", "cluster_run", "sharing", "releasing"}
    assert not cluster & {"delivery", "lifecycle", "authorization", "leftovers"}
