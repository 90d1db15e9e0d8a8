"""The handler's botocore data are equal to those of the installed botocore."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from redshift_snapshot_share_handler.contract import OPERATIONS
from redshift_snapshot_share_handler.session import make_session
from reduce_botocore_data import DATA, reduced_data

CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"
TAG = {"Key": "redshift-snapshot-share:210987654321:0123456789ab", "Value": "a/b c"}
PAIR = {"SnapshotIdentifier": "sales", "AccountWithRestoreAccess": "210987654321"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "AuthorizeSnapshotAccess": {**PAIR, "SnapshotClusterIdentifier": "sales"},
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
# Different each time; botocore counts the features in use in its user agent.
CHANGING_HEADERS = {"Authorization", "User-Agent", "X-Amz-Date"}
BOTOCORE = botocore.session.Session()
REGIONS = sorted(
    region
    for partition in BOTOCORE.get_available_partitions()
    for region in BOTOCORE.get_available_regions("redshift", partition)
)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


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
    ours = dict(facts(make_session().get_service_model(service), service))
    botocores = dict(facts(BOTOCORE.get_service_model(service), service))

    assert ours.items() <= botocores.items()


@pytest.mark.parametrize("service", OPERATIONS)
def test_the_metadata_are_botocores(service: str) -> None:
    ours = make_session().get_service_model(service).metadata

    assert ours.items() <= BOTOCORE.get_service_model(service).metadata.items()


@pytest.mark.parametrize("region", REGIONS)
def test_the_endpoints_are_botocores(region: str) -> None:
    for service in OPERATIONS:
        assert url(make_session(), service, region) == url(BOTOCORE, service, region)


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("service", OPERATIONS)
@pytest.mark.parametrize(
    ("fips", "dual_stack"), [("true", "false"), ("false", "true"), ("true", "true")]
)
def test_fips_and_dual_stack_endpoints_are_botocores(
    region: str,
    service: str,
    fips: str,
    dual_stack: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", fips)
    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", dual_stack)
    # A session keeps what it read of the environment.
    botocores = botocore.session.Session()

    assert url(make_session(), service, region) == url(botocores, service, region)


def test_an_endpoint_of_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_REDSHIFT", "http://127.0.0.1:4567")

    assert url(make_session(), "redshift", "us-east-1") == "http://127.0.0.1:4567/"


@pytest.mark.parametrize(
    ("service", "operation"),
    [(service, name) for service, names in OPERATIONS.items() for name in names],
)
def test_the_requests_are_botocores(
    service: str, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the handlers that botocore registers for all services are left out."""
    # Lambda sets this, and botocore sends it as a header.
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "share")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")
    ours = request(make_session(), service, "us-east-1", operation)
    botocores = request(BOTOCORE, service, "us-east-1", operation)

    assert (ours.method, ours.url, ours.body) == (
        botocores.method,
        botocores.url,
        botocores.body,
    )
    assert set(botocores.headers) - set(ours.headers) == LEFT_OUT_HEADERS
    for name in set(ours.headers) - CHANGING_HEADERS:
        assert ours.headers[name] == botocores.headers[name]


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


def url(session: Any, service: str, region: str) -> str:
    """Where a client sends its requests."""
    operation = OPERATIONS[service][0]
    return str(request(session, service, region, operation).url)


def request(
    session: Any, service: str, region: str, operation: str
) -> AWSPreparedRequest:
    """The request that a client sends. Nothing leaves this machine."""
    requests: list[AWSPreparedRequest] = []

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, 500, {}, None)

    client = session.create_client(
        service,
        region_name=region,
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
    )
    client.meta.events.register("before-send", answer)
    with pytest.raises(Exception):  # noqa: B017, PT011 - the answer is of no use
        getattr(client, xform_name(operation))(**PARAMETERS[operation])
    [found] = requests
    return found
