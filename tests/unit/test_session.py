import json
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.client import BaseClient, ClientCreator
from botocore.exceptions import ClientError, NoRegionError, SSLError
from urllib3.util import connection

from benchmarks.certificate import write_certificate
from redshift_snapshot_share_handler import session as module
from redshift_snapshot_share_handler.authorities import trusted_authorities
from redshift_snapshot_share_handler.contract import OPERATIONS
from redshift_snapshot_share_handler.session import make_session
from reduce_botocore_data import DATA
from tests.contract.test_botocore_data import PARAMETERS
from tests.unit.http_server import serving


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

    assert_is_botocores(make_session().create_client(service), service)


FILES = sorted(file.relative_to(DATA).as_posix() for file in DATA.rglob("*.json"))


def replace_with_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:200]),
    "not UTF-8": lambda file: file.write_bytes(b"\xff\xfe"),
    "no object": lambda file: file.write_text("[]"),
    "an empty object": lambda file: file.write_text("{}"),
    "null": lambda file: file.write_text("null"),
    "a folder": replace_with_folder,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_whatever_file_is_damaged_the_clients_are_botocores(
    file: str, damage: str, data: Path, environment: pytest.MonkeyPatch
) -> None:
    # Without a mode, botocore does not read the file of defaults.
    environment.setenv("AWS_DEFAULTS_MODE", "in-region")
    DAMAGES[damage](data / file)

    for service in OPERATIONS:
        if "/" not in file or file.startswith(service):
            assert_is_botocores(make_session().create_client(service), service)


@pytest.mark.parametrize(
    "rules",
    [
        {"version": "2.0", "parameters": {}, "rules": [{"type": "new"}]},
        {"version": "2.0", "bdd": "new"},
    ],
    ids=["a new kind of rule", "a new form"],
)
@pytest.mark.parametrize("service", OPERATIONS)
def test_rules_that_botocore_does_not_understand_are_left_to_it(
    rules: dict[str, object], service: str, data: Path
) -> None:
    [file] = (data / service).glob("*/endpoint-rule-set-1.json")
    file.write_text(json.dumps(rules))

    assert_is_botocores(make_session().create_client(service), service)


@pytest.mark.parametrize("service", OPERATIONS)
def test_rules_that_call_an_unknown_function_are_left_to_botocore(
    service: str, data: Path
) -> None:
    """botocore looks for the function when a call is made."""
    [file] = (data / service).glob("*/endpoint-rule-set-1.json")
    rules = json.loads(file.read_text("utf-8"))
    rules["rules"].insert(
        0,
        {
            "type": "error",
            "error": "new",
            "conditions": [{"fn": "aws.new", "argv": []}],
        },
    )
    file.write_text(json.dumps(rules))

    assert_is_botocores(make_session().create_client(service), service)


@pytest.mark.parametrize("service", OPERATIONS)
@pytest.mark.parametrize("step", ["create_client", "_make_api_call"])
def test_a_file_that_another_botocore_asks_for_is_found(
    step: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When it makes a client, or when it makes a call."""
    owner = {"create_client": ClientCreator, "_make_api_call": BaseClient}[step]
    real = getattr(owner, step)

    def asking(self: Any, *args: Any, **kwargs: Any) -> Any:
        loader = self._loader
        # Of another kind than those that are here.
        assert loader.load_service_model("redshift", "paginators-1")["pagination"]
        return real(self, *args, **kwargs)

    monkeypatch.setattr(owner, step, asking)

    assert_is_botocores(make_session().create_client(service), service)


def test_a_failure_that_is_botocores_own_is_raised(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(NoRegionError):
        make_session().create_client("redshift")


@pytest.mark.parametrize("service", OPERATIONS)
def test_the_clients_of_botocores_data_have_the_same_settings(
    service: str, data: Path
) -> None:
    ours = make_session().create_client(service).meta.config
    shutil.rmtree(data)
    botocores = make_session().create_client(service).meta.config

    for name in ("retries", "connect_timeout", "read_timeout"):
        assert getattr(botocores, name) == getattr(ours, name)


def test_it_is_logged_that_the_data_cannot_be_used(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_session().create_client("redshift")
    assert not caplog.records

    (data / "endpoints.json").unlink()
    make_session().create_client("redshift")

    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith("the reduced data of redshift cannot be used")


@pytest.mark.parametrize("service", OPERATIONS)
def test_a_client_sends_its_calls_although_they_were_rehearsed(
    service: str, environment: pytest.MonkeyPatch
) -> None:
    with serving([(500, b"")]) as server:
        environment.setenv("AWS_ENDPOINT_URL", server.url)
        client = make_session().create_client(service)
        assert server.requests == []

        for name in OPERATIONS[service]:
            with pytest.raises(ClientError):
                getattr(client, xform_name(name))(**PARAMETERS[name])

    assert len(server.requests) == len(OPERATIONS[service])


@pytest.fixture
def tls(tmp_path: Path, environment: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A server's context; the environment names its authority."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    write_certificate(certificate, key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    environment.setenv("AWS_CA_BUNDLE", str(certificate))
    trusted_authorities.cache_clear()
    yield context
    trusted_authorities.cache_clear()


@pytest.mark.parametrize("service", OPERATIONS)
def test_the_connections_trust_the_bundle_of_the_environment(
    service: str, tls: ssl.SSLContext, environment: pytest.MonkeyPatch
) -> None:
    name = OPERATIONS[service][0]
    with serving([(500, b"")], tls) as server:
        environment.setenv("AWS_ENDPOINT_URL", server.url)
        client = make_session().create_client(service)

        for _ in range(2):
            with pytest.raises(ClientError):
                getattr(client, xform_name(name))(**PARAMETERS[name])

    assert len(server.requests) == 2


def test_the_connections_trust_nobody_else(
    tls: ssl.SSLContext, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("AWS_CA_BUNDLE")
    with serving([(500, b"")], tls) as server:
        environment.setenv("AWS_ENDPOINT_URL", server.url)
        client = make_session().create_client("kms")

        with pytest.raises(SSLError):
            client.describe_key(**PARAMETERS["DescribeKey"])


@pytest.mark.parametrize("service", OPERATIONS)
def test_authorities_are_loaded_once_for_all_connections(
    service: str, tls: ssl.SSLContext, environment: pytest.MonkeyPatch
) -> None:
    loaded: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def counting(*args: Any, **kwargs: Any) -> None:
        loaded.append(args)
        load(*args, **kwargs)

    environment.setattr(ssl.SSLContext, "load_verify_locations", counting)
    name = OPERATIONS[service][0]
    with serving([(500, b"")], tls) as server:
        environment.setenv("AWS_ENDPOINT_URL", server.url)
        session = make_session()
        for client in (session.create_client(service), session.create_client(service)):
            with pytest.raises(ClientError):
                getattr(client, xform_name(name))(**PARAMETERS[name])

    assert len(loaded) == 1


@pytest.mark.parametrize("service", OPERATIONS)
def test_the_connections_do_not_wait_for_acknowledgements(
    service: str, environment: pytest.MonkeyPatch
) -> None:
    options: list[object] = []
    real = connection._set_socket_options

    def noting(sock: socket.socket, given: Any) -> None:
        options.extend(given)
        real(sock, given)

    environment.setattr(connection, "_set_socket_options", noting)
    name = OPERATIONS[service][0]
    with serving([(500, b"")]) as server:
        environment.setenv("AWS_ENDPOINT_URL", server.url)
        client = make_session().create_client(service)
        with pytest.raises(ClientError):
            getattr(client, xform_name(name))(**PARAMETERS[name])

    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in options


def test_a_proxy_of_the_environment_counts(environment: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        environment.setenv(name, "")
    with serving([(500, b"")]) as proxy:
        environment.setenv("http_proxy", proxy.url)
        environment.setenv("no_proxy", "")
        environment.setenv("NO_PROXY", "")
        environment.setenv("AWS_ENDPOINT_URL", "http://kms.example")
        client = make_session().create_client("kms")

        with pytest.raises(ClientError):
            client.describe_key(**PARAMETERS["DescribeKey"])

    assert len(proxy.requests) == 1


@pytest.mark.parametrize("service", OPERATIONS)
def test_the_timeouts_are_those_of_the_settings(service: str) -> None:
    timeout = make_session().create_client(service)._endpoint.http_session._timeout

    assert (timeout.connect_timeout, timeout.read_timeout) == (5, 10)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the reduced data, which the sessions use."""
    copy = tmp_path / "botocore_data"
    shutil.copytree(DATA, copy)
    monkeypatch.setattr(module, "_DATA", copy)
    return copy


def assert_is_botocores(client: Any, service: str) -> None:
    assert set(client.meta.service_model.operation_names) > set(OPERATIONS[service])


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
