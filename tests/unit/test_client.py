import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from urllib3.util import connection

from benchmarks.certificate import write_certificate
from redshift_snapshot_share_handler.authorities import trusted_authorities
from redshift_snapshot_share_handler.client import Client, make_client
from redshift_snapshot_share_handler.contract import OPERATIONS
from tests.contract.test_botocore_data import PARAMETERS
from tests.unit.aws_settings import OF_LAMBDA, set_as_in_lambda
from tests.unit.http_server import HANG_UP, serving

ERROR = b"""<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>
<Message>Rate exceeded</Message></Error><RequestId>aws-1</RequestId></ErrorResponse>"""


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    set_as_in_lambda(monkeypatch)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def client_at(url: str, service: str = "redshift", **variables: str) -> Client:
    environment = {**OF_LAMBDA, "AWS_ENDPOINT_URL": url, **variables}
    return make_client(service, environment, (1, 1))


def call(client: Client, operation: str) -> Any:
    return getattr(client, xform_name(operation))(**PARAMETERS[operation])


@pytest.mark.parametrize("service", OPERATIONS)
def test_there_is_a_method_for_each_operation_and_for_no_other(service: str) -> None:
    client = client_at("http://127.0.0.1:1", service)

    methods = {name for name in vars(client) if not name.startswith("_")} - {"url"}

    assert methods == {xform_name(name) for name in OPERATIONS[service]}


@pytest.mark.parametrize("service", OPERATIONS)
def test_nothing_is_sent_before_a_call_is_made(service: str) -> None:
    with serving([(500, b"")]) as server:
        client = client_at(server.url, service)
        assert server.requests == []

        for name in OPERATIONS[service]:
            with pytest.raises(ClientError):
                call(client, name)

    assert len(server.requests) == len(OPERATIONS[service])


def test_an_error_of_aws_has_its_code_text_and_request_id() -> None:
    with (
        serving([(400, ERROR)]) as server,
        pytest.raises(ClientError) as raised,
    ):
        call(client_at(server.url), "CreateTags")

    error = raised.value
    assert error.operation_name == "CreateTags"
    assert error.response["Error"] == {
        "Type": "Sender",
        "Code": "Throttling",
        "Message": "Rate exceeded",
    }
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error.response["ResponseMetadata"]["RequestId"] == "aws-1"


def test_an_error_in_json_has_its_code_and_text() -> None:
    body = b'{"__type": "NotFoundException", "message": "no such key"}'
    with (
        serving([(400, body)]) as server,
        pytest.raises(ClientError) as raised,
    ):
        call(client_at(server.url, "kms"), "DescribeKey")

    assert raised.value.response["Error"] == {
        "Code": "NotFoundException",
        "Message": "no such key",
    }


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("body", [b"", b"<html>down</html>"])
def test_a_server_error_without_words_of_aws_has_its_status(
    status: int, body: bytes
) -> None:
    with (
        serving([(status, body)]) as server,
        pytest.raises(ClientError) as raised,
    ):
        call(client_at(server.url), "CreateTags")

    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_redirect_is_an_error() -> None:
    with serving([(301, ERROR)]) as server, pytest.raises(ClientError):
        call(client_at(server.url), "CreateTags")


def test_a_response_that_is_no_xml_is_an_error_of_botocores() -> None:
    with serving([(200, b"<")]) as server, pytest.raises(ResponseParserError):
        call(client_at(server.url), "CreateTags")


def test_a_call_is_made_once() -> None:
    """`Retry` tries again."""
    with serving([(503, b"")]) as server, pytest.raises(ClientError):
        call(client_at(server.url), "DescribeClusterSnapshots")

    assert len(server.requests) == 1


def test_a_connection_that_does_not_come_about_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(EndpointConnectionError):
        call(client_at(f"http://127.0.0.1:{port}"), "CreateTags")


def test_a_connection_that_breaks_is_told() -> None:
    with serving([(HANG_UP, b"")]) as server, pytest.raises(ConnectionClosedError):
        call(client_at(server.url), "CreateTags")


def test_a_response_that_does_not_come_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        with pytest.raises(ReadTimeoutError):
            call(client_at(url), "CreateTags")


def test_parameters_are_checked_before_anything_is_sent() -> None:
    with serving([(500, b"")]) as server:
        with pytest.raises(ParamValidationError):
            client_at(server.url).create_tags(ResourceName="arn")  # type: ignore[attr-defined]

        assert server.requests == []


@pytest.mark.parametrize(
    ("variables", "token"),
    [
        ({"AWS_SESSION_TOKEN": "new"}, "new"),
        ({"AWS_SESSION_TOKEN": "new", "AWS_SECURITY_TOKEN": "old"}, "old"),
        ({"AWS_SESSION_TOKEN": ""}, None),
    ],
)
def test_requests_are_signed_with_the_credentials_of_the_environment(
    variables: dict[str, str], token: str | None
) -> None:
    with serving([(500, b"")]) as server:
        client = client_at(server.url, AWS_ACCESS_KEY_ID="AKIA", **variables)
        with pytest.raises(ClientError):
            call(client, "CreateTags")

    [request] = server.requests
    assert request.headers.get("X-Amz-Security-Token") == token
    assert re.match(
        r"AWS4-HMAC-SHA256 Credential=AKIA/\d{8}/eu-west-1/redshift/aws4_request, ",
        request.headers["Authorization"],
    )


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, "https://kms.eu-west-1.amazonaws.com"),
        (
            {"AWS_DEFAULT_REGION": "cn-north-1"},
            "https://kms.cn-north-1.amazonaws.com.cn",
        ),
        (
            {"AWS_DEFAULT_REGION": "us-gov-west-1"},
            "https://kms.us-gov-west-1.amazonaws.com",
        ),
        ({"AWS_ENDPOINT_URL": "http://a"}, "http://a"),
        ({"AWS_ENDPOINT_URL_KMS": "http://a"}, "http://a"),
        (
            {"AWS_ENDPOINT_URL_REDSHIFT": "http://a"},
            "https://kms.eu-west-1.amazonaws.com",
        ),
        (
            {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_KMS": "http://b"},
            "http://b",
        ),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_KMS": ""}, "http://a"),
    ],
)
def test_the_endpoint_is_that_of_the_environment(
    variables: dict[str, str], url: str
) -> None:
    assert make_client("kms", {**OF_LAMBDA, **variables}, (1, 1)).url == url


@pytest.mark.parametrize(
    ("path", "sent"), [("", "/"), ("/", "/"), ("/behind/a/path", "/behind/a/path")]
)
def test_the_path_of_an_endpoint_counts(path: str, sent: str) -> None:
    with serving([(500, b"")]) as server, pytest.raises(ClientError):
        call(client_at(f"{server.url}{path}"), "CreateTags")

    assert server.requests[0].path == sent


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
    service: str, tls: ssl.SSLContext
) -> None:
    with serving([(500, b"")], tls) as server:
        client = client_at(server.url, service)

        for _ in range(2):
            with pytest.raises(ClientError):
                call(client, OPERATIONS[service][0])

    assert len(server.requests) == 2


def test_the_connections_trust_nobody_else(
    tls: ssl.SSLContext, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("AWS_CA_BUNDLE")
    with serving([(500, b"")], tls) as server:
        client = client_at(server.url)

        with pytest.raises(SSLError):
            call(client, "CreateTags")


def test_the_connections_check_the_name_of_the_host(tls: ssl.SSLContext) -> None:
    with serving([(500, b"")], tls) as server:
        # The same machine by a name that the certificate does not have.
        client = client_at(server.url.replace("localhost", "127.1"))

        with pytest.raises(SSLError):
            call(client, "CreateTags")


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
    with serving([(500, b"")], tls) as server:
        for client in (client_at(server.url, service), client_at(server.url, service)):
            with pytest.raises(ClientError):
                call(client, OPERATIONS[service][0])

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
    with serving([(500, b"")]) as server, pytest.raises(ClientError):
        call(client_at(server.url, service), OPERATIONS[service][0])

    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in options


def test_a_proxy_of_the_environment_counts(environment: pytest.MonkeyPatch) -> None:
    with serving([(500, b"")]) as proxy:
        environment.setenv("http_proxy", proxy.url)
        environment.setenv("no_proxy", "")
        environment.setenv("NO_PROXY", "")
        client = client_at("http://kms.example", "kms")

        with pytest.raises(ClientError):
            call(client, "DescribeKey")

    assert len(proxy.requests) == 1


def test_a_host_that_needs_no_proxy_gets_none(environment: pytest.MonkeyPatch) -> None:
    with serving([(500, b"")]) as server:
        environment.setenv("http_proxy", "http://127.0.0.1:1")
        environment.setenv("no_proxy", "127.0.0.1")

        with pytest.raises(ClientError):
            call(client_at(server.url), "CreateTags")

    assert len(server.requests) == 1
