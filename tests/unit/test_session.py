from pathlib import Path

import botocore.session
import pytest

from redshift_snapshot_share_handler import session as module
from redshift_snapshot_share_handler.contract import OPERATIONS
from redshift_snapshot_share_handler.session import make_session


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    return monkeypatch


@pytest.mark.parametrize("service", OPERATIONS)
def test_a_client_knows_the_operations_of_the_contract_and_no_others(
    service: str,
) -> None:
    model = make_session().create_client(service).meta.service_model

    assert sorted(model.operation_names) == sorted(OPERATIONS[service])


@pytest.mark.parametrize("service", OPERATIONS)
def test_without_the_data_the_clients_are_botocores(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_DATA", tmp_path / "missing")

    model = make_session().create_client(service).meta.service_model

    assert set(model.operation_names) > set(OPERATIONS[service])


def test_the_defaults_mode_of_the_environment_counts(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("AWS_DEFAULTS_MODE", "in-region")

    config = make_session().create_client("redshift").meta.config

    assert config.connect_timeout == 5


def test_other_sessions_are_left_alone() -> None:
    make_session()

    services = botocore.session.get_session().get_available_services()

    assert "s3" in services
