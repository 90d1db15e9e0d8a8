import json
from datetime import UTC, datetime

import pytest

from redshift_snapshot_share_handler.log import log


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    log("done", seconds=1.5, text="one\ntwo")

    out = capsys.readouterr().out
    assert out.endswith("\n")
    assert out.count("\n") == 1
    assert json.loads(out) == {"message": "done", "seconds": 1.5, "text": "one\ntwo"}


def test_what_json_does_not_know_is_written_as_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log("done", at=datetime(2026, 11, 23, tzinfo=UTC), odd="\ud800")

    assert json.loads(capsys.readouterr().out)["at"] == "2026-11-23 00:00:00+00:00"
