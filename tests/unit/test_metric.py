import json
import logging
from typing import Any

import pytest

from redshift_snapshot_share_handler import metric
from redshift_snapshot_share_handler.contract import METRIC_NAMESPACE, ClusterMetric
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.report import Report
from tests.unit.logs import PACKAGE, fields_of
from tests.unit.stubs import ACCOUNT, CLAIMANT

NEW, OLD = Pair("sales-3", ACCOUNT), Pair("sales-1", ACCOUNT)
FAILURE = SnapshotShareError(Reason.ACCOUNT_NOT_ALLOWED, account=ACCOUNT)


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger=PACKAGE)


def published(report: Report, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    metric.publish(report, CLAIMANT)
    [line] = capsys.readouterr().out.splitlines()
    return dict(json.loads(line))


def test_a_run_is_one_line_of_the_embedded_metric_format(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = Report(
        shared=["sales-3", "sales-2"],
        authorized=[NEW],
        released=[OLD],
        copied=["sales-4"],
        failed={"sales-5/x": FAILURE},
    )

    line = published(report, capsys)

    assert line["StackName"] == "analytics"
    assert line["LogicalResourceId"] == "ShareWithAnalytics"
    assert {name: line[name] for name in ClusterMetric} == {
        "SharedSnapshots": 2,
        "Authorized": 1,
        "Released": 1,
        "Copied": 1,
        "Failed": 1,
    }
    [metrics] = line["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == METRIC_NAMESPACE
    assert metrics["Dimensions"] == [["StackName", "LogicalResourceId"]]
    assert {one["Name"] for one in metrics["Metrics"]} == {*ClusterMetric}
    assert {one["Unit"] for one in metrics["Metrics"]} == {"Count"}
    assert line["_aws"]["Timestamp"] > 1_700_000_000_000


def test_what_nobody_could_count_is_no_metric(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = published(Report(failed={"sales": FAILURE}), capsys)

    assert "SharedSnapshots" not in line
    [metrics] = line["_aws"]["CloudWatchMetrics"]
    assert "SharedSnapshots" not in {one["Name"] for one in metrics["Metrics"]}
    assert line["Failed"] == 1


def test_a_run_whose_declaration_does_not_stand_counts_nothing(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    metric.publish(Report(is_declared=False), CLAIMANT)

    assert capsys.readouterr().out == ""
    [record] = caplog.records
    assert "nothing is done" in record.getMessage()


def test_one_line_says_what_changed_and_why(caplog: pytest.LogCaptureFixture) -> None:
    report = Report(
        shared=["sales-3"], authorized=[NEW], released=[OLD], copied=["sales-4"]
    )

    metric.publish(report, CLAIMANT)

    [record] = caplog.records
    assert record.levelno == logging.INFO
    assert fields_of(record) == {
        "message": (
            f"gave access to the newest: {NEW}; took access to older ones back: {OLD}; "
            "copied: sales-4; 1 snapshots are shared"
        ),
        "shared": ["sales-3"],
        "authorized": [str(NEW)],
        "released": [str(OLD)],
        "copied": ["sales-4"],
        "failed": {},
    }


def test_a_failure_is_an_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    metric.publish(Report(failed={str(NEW): FAILURE}), CLAIMANT)

    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage() == (
        f"failed: {NEW}: {FAILURE}; an unknown number of snapshots are shared"
    )


def test_an_idle_run_says_so(caplog: pytest.LogCaptureFixture) -> None:
    metric.publish(Report(shared=[]), CLAIMANT)

    [record] = caplog.records
    assert record.getMessage() == "nothing to do; 0 snapshots are shared"


def test_a_long_list_is_cut_in_the_message(caplog: pytest.LogCaptureFixture) -> None:
    report = Report(shared=[], copied=[f"s{number}" for number in range(12)])

    metric.publish(report, CLAIMANT)

    [record] = caplog.records
    assert "s8, s9 and 2 more; " in record.getMessage()
