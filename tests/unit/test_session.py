import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.credentials import EnvProvider
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import ClientError, NoRegionError
from botocore.httpsession import URLLib3Session
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import BaseXMLResponseParser

from redshift_snapshot_share_handler import client as client_module, session as module
from redshift_snapshot_share_handler.client import Client
from redshift_snapshot_share_handler.contract import OPERATIONS
from redshift_snapshot_share_handler.session import make_session
from reduce_botocore_data import DATA
from tests.contract.test_botocore_data import PARAMETERS
from tests.unit.aws_settings import OF_LAMBDA, set_as_in_lambda
from tests.unit.http_server import serving


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    set_as_in_lambda(monkeypatch)
    return monkeypatch


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the reduced data, which the clients use."""
    copy = tmp_path / "botocore_data"
    shutil.copytree(DATA, copy)
    monkeypatch.setattr(client_module, "_DATA", copy)
    return copy


def assert_is_botocores(client: Any, service: str) -> None:
    assert set(client.meta.service_model.operation_names) > set(OPERATIONS[service])


@pytest.mark.parametrize("service", OPERATIONS)
def test_a_client_in_lambda_is_made_of_botocores_parts(
    service: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(make_session().create_client(service), Client)
    assert not caplog.records


@pytest.mark.parametrize("service", OPERATIONS)
def test_without_the_data_the_clients_are_botocores(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client_module, "_DATA", tmp_path / "missing")

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
    file: str, damage: str, data: Path
) -> None:
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


# What `client` imports of botocore without it being documented, and `botocore` itself not.
MODULES = (
    "auth",
    "awsrequest",
    "endpoint_provider",
    "httpsession",
    "loaders",
    "model",
    "parsers",
    "serialize",
    "utils",
)


def test_every_module_of_botocores_is_tried_without() -> None:
    source = Path(client_module.__file__).read_text("utf-8")
    imported = {
        line.split()[1].removeprefix("botocore.")
        for line in source.splitlines()
        if line.startswith("from botocore.")
    }

    # Without its exceptions, there is no botocore.
    assert imported == {*MODULES, "exceptions"}


@pytest.mark.parametrize("name", MODULES)
def test_if_botocore_lacks_a_part_the_clients_are_botocores(
    name: str, environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The part cannot be imported by `client`; botocore itself has it by another name."""
    botocore.session.Session().create_client("redshift")  # imports all of it
    environment.delitem(sys.modules, client_module.__name__)
    environment.setitem(sys.modules, f"botocore.{name}", None)

    client = make_session().create_client("redshift")

    assert_is_botocores(client, "redshift")
    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert "cannot be used for redshift" in record.getMessage()


CHANGED: list[tuple[Any, str]] = [
    (EndpointProvider, "resolve_endpoint"),
    (Loader, "load_data"),
    (Loader, "load_service_model"),
    (ServiceModel, "operation_model"),
    (ServiceModel, "resolved_protocol"),
    (ServiceModel, "signing_name"),
    (SigV4Auth, "add_auth"),
    (BaseXMLResponseParser, "parse"),
    (URLLib3Session, "__init__"),
    (client_module, "create_parser"),
    (client_module, "create_request_object"),
    (client_module, "create_serializer"),
    (client_module, "ensure_boolean"),
    (client_module, "get_environ_proxies"),
    (client_module, "prepare_request_dict"),
]


@pytest.mark.parametrize(("owner", "name"), CHANGED)
def test_if_a_part_works_otherwise_the_clients_are_botocores(
    owner: Any,
    name: str,
    environment: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def otherwise(*_: Any, **__: Any) -> None:
        raise TypeError(name)

    environment.setattr(owner, name, otherwise, raising=False)
    environment.setattr(module, "_make_botocores_client", made.append)

    make_session().create_client("redshift")

    assert made == ["redshift"]


def test_a_failure_that_is_botocores_own_is_raised(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("AWS_DEFAULT_REGION")

    with pytest.raises(NoRegionError):
        make_session().create_client("redshift")


@pytest.mark.parametrize(
    "name", ["AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
)
@pytest.mark.parametrize("value", [None, ""])
def test_what_the_environment_lacks_is_botocores_to_find(
    name: str, value: str | None, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Such as credentials with SnapStart, which come from an address."""
    file = tmp_path / "credentials"
    file.write_text(
        "[default]\naws_access_key_id = made-up\naws_secret_access_key = made-up\n"
    )
    environment.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    if value is None:
        environment.delenv(name)
    else:
        environment.setenv(name, value)
    made: list[str] = []
    environment.setattr(module, "_make_botocores_client", made.append)

    make_session().create_client("redshift")

    assert made == ["redshift"]


# These change nothing about the calls that are made here, and why.
WITHOUT_EFFECT = {
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "no endpoint has an account id in it",
    "AWS_CSM_CLIENT_ID": "botocore sends no such reports by itself",
    "AWS_CSM_ENABLED": "as AWS_CSM_CLIENT_ID",
    "AWS_CSM_HOST": "as AWS_CSM_CLIENT_ID",
    "AWS_CSM_PORT": "as AWS_CSM_CLIENT_ID",
    "AWS_DEFAULTS_MODE": "the retries and timeouts are ours",
    "AWS_DISABLE_HOST_PREFIX_INJECTION": "no operation has a host prefix",
    "AWS_DISABLE_REQUEST_COMPRESSION": "no operation is compressed",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT": "the credentials are in the environment",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "the credentials are in the environment",
    "AWS_EC2_METADATA_V1_DISABLED": "the credentials are in the environment",
    "AWS_ENDPOINT_DISCOVERY_ENABLED": "no operation discovers endpoints",
    "AWS_IMDS_USE_IPV6": "the credentials are in the environment",
    "AWS_MAX_ATTEMPTS": "`Retry` tries again",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "the credentials are in the environment",
    "AWS_METADATA_SERVICE_TIMEOUT": "the credentials are in the environment",
    "AWS_REQUEST_CHECKSUM_CALCULATION": "no operation has checksums",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "no operation is compressed",
    "AWS_RESPONSE_CHECKSUM_VALIDATION": "no operation has checksums",
    "AWS_RETRY_MODE": "`Retry` tries again",
    "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": "S3 is not called",
    "AWS_SHARED_CREDENTIALS_FILE": "the credentials are in the environment",
    "AWS_STS_REGIONAL_ENDPOINTS": "STS is not called",
}
HEEDED = {
    "AWS_ACCESS_KEY_ID",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
}


def test_every_variable_that_botocore_reads_is_thought_of() -> None:
    names: set[str] = {
        EnvProvider.ACCESS_KEY,
        EnvProvider.SECRET_KEY,
        EnvProvider.EXPIRY_TIME,
        *EnvProvider.TOKENS,
    }
    for _, variables, *_ in BOTOCORE_DEFAUT_SESSION_VARIABLES.values():
        names.update([variables] if isinstance(variables, str) else variables or ())
    ours = {*WITHOUT_EFFECT, *HEEDED, *module._FOR_BOTOCORES_SESSION}

    assert names <= ours
    assert len(ours) == sum(
        map(len, (WITHOUT_EFFECT, HEEDED, module._FOR_BOTOCORES_SESSION))
    )


def test_the_operations_have_nothing_that_a_variable_would_change() -> None:
    session = botocore.session.Session()
    for service, names in OPERATIONS.items():
        model = session.get_service_model(service)
        rules = session.get_component("data_loader").load_service_model(
            service, "endpoint-rule-set-1"
        )
        assert not {"AccountId", "AccountIdEndpointMode"} & set(rules["parameters"])
        for name in names:
            operation = model.operation_model(name)
            assert operation.endpoint is None
            assert operation.endpoint_discovery is None
            assert operation.request_compression is None
            assert not operation.http_checksum
            assert operation.auth_type is None


@pytest.mark.parametrize("name", module._FOR_BOTOCORES_SESSION)
def test_settings_that_only_a_session_heeds_are_left_to_it(
    name: str, environment: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made: list[str] = []
    environment.setattr(module, "_make_botocores_client", made.append)
    environment.setenv(name, "made-up")

    make_session().create_client("redshift")

    assert made == ["redshift"]
    assert not caplog.records


def test_a_file_of_settings_is_left_to_botocores_session(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "config"
    file.write_text("[default]\nuse_fips_endpoint = true\n")
    environment.setenv("AWS_CONFIG_FILE", str(file))

    client = make_session().create_client("redshift")

    assert_is_botocores(client, "redshift")
    assert client.meta.endpoint_url == "https://redshift-fips.eu-west-1.amazonaws.com"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_of_settings_is_looked_for_at_home(
    is_there: bool,  # noqa: FBT001 - a parameter of the test
    environment: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    environment.delenv("AWS_CONFIG_FILE")
    environment.setenv("HOME", str(tmp_path))
    if is_there:
        (tmp_path / ".aws").mkdir()
        (tmp_path / ".aws" / "config").write_text("")

    client = make_session().create_client("redshift")

    assert isinstance(client, Client) is not is_there


def test_whoever_has_no_home_has_no_file_of_settings(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("AWS_CONFIG_FILE")
    environment.delenv("HOME", raising=False)
    environment.setattr(os, "getuid", lambda: 987_654)

    assert isinstance(make_session().create_client("redshift"), Client)


@pytest.mark.parametrize("service", OPERATIONS)
def test_botocores_clients_have_the_same_timeouts_and_try_once(
    service: str, environment: pytest.MonkeyPatch
) -> None:
    """botocore's default mode became `standard` in 1.44, with three attempts a call."""
    environment.setenv("AWS_RETRY_MODE", "adaptive")
    environment.setenv("AWS_MAX_ATTEMPTS", "7")
    ours = make_session().create_client(service)
    botocores = module._make_botocores_client(service).meta.config

    assert botocores.retries == {"mode": "standard", "total_max_attempts": 1}
    assert (botocores.connect_timeout, botocores.read_timeout) == (5, 10)
    timeout = ours._http._timeout
    assert (timeout.connect_timeout, timeout.read_timeout) == (5, 10)


@pytest.mark.parametrize("service", OPERATIONS)
def test_botocores_clients_make_the_same_calls(
    service: str, environment: pytest.MonkeyPatch, data: Path
) -> None:
    shutil.rmtree(data)
    with serving([(500, b"")]) as server:
        environment.setenv("AWS_ENDPOINT_URL", server.url)
        client = make_session().create_client(service)
        for name in OPERATIONS[service]:
            with pytest.raises(ClientError):
                getattr(client, xform_name(name))(**PARAMETERS[name])

    assert len(server.requests) == len(OPERATIONS[service])


def test_the_environment_of_these_tests_is_that_of_lambda() -> None:
    assert {name: os.environ[name] for name in OF_LAMBDA} == OF_LAMBDA
