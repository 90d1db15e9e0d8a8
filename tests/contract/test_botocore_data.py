"""The handler's botocore data are equal to those of the installed botocore."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

import botocore.session
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from redshift_snapshot_share_handler.client import make_client
from redshift_snapshot_share_handler.contract import OPERATIONS
from reduce_botocore_data import DATA, reduced_data
from tests.unit.aws_settings import set_as_in_lambda

CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
TAG = {"Key": "redshift-snapshot-share:210987654321:0123456789ab", "Value": "a/b c"}
PAIR = {"SnapshotIdentifier": "sales", "AccountWithRestoreAccess": "210987654321"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "AuthorizeSnapshotAccess": {**PAIR, "SnapshotClusterIdentifier": "sales"},
    "CopyClusterSnapshot": {
        "SourceSnapshotIdentifier": "rs:sales",
        "SourceSnapshotClusterIdentifier": "sales",
        "TargetSnapshotIdentifier": "sales",
        "ManualSnapshotRetentionPeriod": 7,
    },
    "CreateTags": {"ResourceName": "arn", "Tags": [TAG]},
    "DeleteTags": {"ResourceName": "arn", "TagKeys": [TAG["Key"]]},
    "DescribeClusterSnapshots": {"SnapshotIdentifier": "sales"},
    "DescribeKey": {"KeyId": "key"},
    "DescribeStackResource": {"StackName": "sales", "LogicalResourceId": "Share"},
    "DescribeStacks": {"StackName": "sales"},
    "RevokeSnapshotAccess": {**PAIR, "SnapshotClusterIdentifier": "sales"},
}
# For traces and for statistics of retries. The handler's clients make no retries.
LEFT_OUT_HEADERS = {"amz-sdk-invocation-id", "amz-sdk-request", "X-Amzn-Trace-Id"}
# botocore counts the features in use in it.
OTHER_HEADERS = {"User-Agent"}
NO_BODY = SimpleNamespace(stream=lambda: iter([b""]))
BOTOCORE = botocore.session.Session()
REGIONS = sorted(
    region
    for partition in BOTOCORE.get_available_partitions()
    for region in BOTOCORE.get_available_regions("redshift", partition)
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    set_as_in_lambda(monkeypatch)
    return monkeypatch


@pytest.mark.skipif(
    f"\nbotocore=={botocore.__version__}\n" not in CONSTRAINTS.read_text("utf-8"),
    reason="the data are of the pinned botocore",
)
def test_the_files_are_what_the_script_writes() -> None:
    """`python handler/reduce_botocore_data.py` writes them."""
    files = {
        file.relative_to(DATA).as_posix(): json.loads(file.read_text("utf-8"))
        for file in DATA.rglob("*.json")
    }

    assert files == reduced_data()


@pytest.mark.parametrize("service", OPERATIONS)
def test_botocore_has_not_changed_what_the_data_say(service: str) -> None:
    """botocore may have more, but the handler does not use what is new."""
    ours = dict(facts(reduced_model(service), service))
    botocores = dict(facts(BOTOCORE.get_service_model(service), service))

    assert ours.items() <= botocores.items()


@pytest.mark.parametrize("service", OPERATIONS)
def test_the_metadata_are_botocores(service: str) -> None:
    ours = reduced_model(service).metadata

    assert ours.items() <= BOTOCORE.get_service_model(service).metadata.items()


@pytest.mark.parametrize("region", REGIONS)
def test_the_endpoints_and_the_signatures_are_botocores(region: str) -> None:
    for service, names in OPERATIONS.items():
        ours, botocores = requests(service, region, names[0])
        assert ours.url == botocores.url
        assert ours.headers["Authorization"] == botocores.headers["Authorization"]


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("service", OPERATIONS)
@pytest.mark.parametrize(
    ("fips", "dual_stack"),
    [("true", "false"), ("false", "true"), ("true", "true"), ("TRUE", ""), ("1", "1")],
)
def test_fips_and_dual_stack_endpoints_are_botocores(
    region: str,
    service: str,
    fips: str,
    dual_stack: str,
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("AWS_USE_FIPS_ENDPOINT", fips)
    environment.setenv("AWS_USE_DUALSTACK_ENDPOINT", dual_stack)

    ours, botocores = requests(service, region, OPERATIONS[service][0])

    assert ours.url == botocores.url
    assert ours.headers["Authorization"] == botocores.headers["Authorization"]


@pytest.mark.parametrize(
    "variables",
    [
        {"AWS_ENDPOINT_URL": "http://a:1"},
        {"AWS_ENDPOINT_URL": "https://a/b"},
        {"AWS_ENDPOINT_URL": "https://a/b/"},
        {"AWS_ENDPOINT_URL_REDSHIFT": "http://b"},
        {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_REDSHIFT": "http://b"},
        {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_KMS": "http://b"},
    ],
    ids=str,
)
def test_an_endpoint_of_the_environment_counts_as_for_botocore(
    variables: dict[str, str], environment: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        environment.setenv(name, value)

    ours, botocores = requests("redshift", "us-east-1", "CreateTags")

    assert ours.url == botocores.url
    assert ours.headers["Authorization"] == botocores.headers["Authorization"]


@pytest.mark.parametrize("token", ["", "made-up"])
@pytest.mark.parametrize(
    ("service", "operation"),
    [(service, name) for service, names in OPERATIONS.items() for name in names],
)
def test_the_requests_are_botocores(
    service: str, operation: str, token: str, environment: pytest.MonkeyPatch
) -> None:
    # What Lambda sets, and botocore makes a header of.
    environment.setenv("AWS_LAMBDA_FUNCTION_NAME", "share")
    environment.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")
    environment.setenv("AWS_SESSION_TOKEN", token)

    ours, botocores = requests(service, "us-east-1", operation)

    assert (ours.method, ours.url) == (botocores.method, botocores.url)
    assert ours.body == botocores.body
    assert set(botocores.headers) - set(ours.headers) == LEFT_OUT_HEADERS
    # Their signatures as well.
    for name in set(ours.headers) - OTHER_HEADERS:
        assert ours.headers[name] == botocores.headers[name]


def reduced_model(service: str) -> ServiceModel:
    loader = Loader(extra_search_paths=[str(DATA)], include_default_search_paths=False)
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


def facts(model: Any, service: str) -> Iterator[tuple[str, Any]]:
    """The facts about each operation, and about each member of its shapes."""
    seen: set[str] = set()
    for name in OPERATIONS[service]:
        operation = model.operation_model(name)
        yield f"{name}.http", json.dumps(operation.http, sort_keys=True)
        for place in ("input_shape", "output_shape"):
            shape = getattr(operation, place)
            yield f"{name}.{place}", getattr(shape, "name", None)
            yield from facts_of_shape(shape, seen)
        for error in operation.error_shapes:
            yield f"{name}.{error.name}", error.error_code


def facts_of_shape(shape: Any, seen: set[str]) -> Iterator[tuple[str, Any]]:
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    yield shape.name, shape.type_name
    members: Mapping[str, Any] = getattr(shape, "members", {})
    if shape.type_name == "list":
        members = {"member": shape.member}
    for name, member in members.items():
        yield f"{shape.name}.{name}", (member.name, json.dumps(member.serialization))
        yield from facts_of_shape(member, seen)


class Sent(NamedTuple):
    """A request as it is sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def requests(service: str, region: str, operation: str) -> tuple[Sent, Sent]:
    """What a client of ours sends, and one of botocore's; nothing leaves this machine."""
    sent: list[Sent] = []

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        sent.append(Sent(request.method, request.url, headers, request.body))
        return AWSResponse(request.url, 500, {}, NO_BODY)

    ours = make_client(service, {**os.environ, "AWS_DEFAULT_REGION": region}, (1, 1))
    # A session of its own, as it keeps what it read of the environment; not of the files.
    session = botocore.session.Session()
    session.register_component("data_loader", BOTOCORE.get_component("data_loader"))
    botocores = session.create_client(
        service,
        region_name=region,
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )
    botocores.meta.events.register("before-send", answer)
    with patch.object(ours._http, "send", answer):
        while True:
            sent.clear()
            for client in (ours, botocores):
                with pytest.raises(ClientError):
                    getattr(client, xform_name(operation))(**PARAMETERS[operation])
            first, second = sent
            # Otherwise the second went by in between.
            if first.headers["X-Amz-Date"] == second.headers["X-Amz-Date"]:
                return first, second
