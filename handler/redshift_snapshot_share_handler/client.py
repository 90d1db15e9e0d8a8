"""Clients made of botocore's parts, without the session that usually puts them together.

Importing that session and making its clients takes a fifth of the init phase, for choices
that a function in Lambda does not have. The work is still botocore's: it finds the
endpoint, writes and signs the request, sends it, and reads the response.

Of these parts, botocore documents the loader, the exceptions and `AWSPreparedRequest`. It
does not document the others: the functions of `awsrequest`, `auth`, `endpoint_provider`,
`httpsession`, `model`, `parsers`, `serialize` and `utils`. So a client rehearses its calls,
all but sending them, before anybody gets it, and `session` makes botocore's own client if
anything is not as expected here.
"""

import socket
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from ssl import SSLContext
from typing import Any, NamedTuple

import botocore
from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.awsrequest import (
    AWSPreparedRequest,
    create_request_object,
    prepare_request_dict,
)
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.utils import ensure_boolean, get_environ_proxies

from redshift_snapshot_share_handler.authorities import trusted_authorities

# The part of botocore's data that a share needs, in botocore's own layout and words.
_DATA = Path(__file__).with_name("botocore_data")
_FIRST_ERROR_STATUS = 300

# In seconds: for connecting, and for reading.
Timeouts = tuple[float, float]


class _Credentials(NamedTuple):
    """Credentials, named as `SigV4Auth` reads them."""

    access_key: str
    secret_key: str
    token: str | None


class _HttpSession(URLLib3Session):  # type: ignore[misc]  # botocore is untyped
    """Connects with the authorities that are loaded already."""

    def _get_ssl_context(self) -> SSLContext:
        return trusted_authorities()


class Client:
    """Has a method for each operation of a service, as botocore's own clients have.

    A method makes one request. It raises `ClientError` if AWS responds with an error, and
    `BotoCoreError` or `ResponseParserError` if no response comes that can be read.
    """

    def __init__(
        self, model: ServiceModel, url: str, auth: SigV4Auth, timeouts: Timeouts
    ) -> None:
        """Bind the operations.

        Args:
            model: The service, with the operations that are called.
            url: Its endpoint.
            auth: Signs requests.
            timeouts: For connecting, and for reading.
        """
        self.url = url
        self._model = model
        self._auth = auth
        self._serializer = create_serializer(model.resolved_protocol)
        self._parser = create_parser(model.resolved_protocol)
        self._http = _HttpSession(
            timeout=timeouts,
            proxies=get_environ_proxies(url),
            # Without it, each call waits 40 ms for an acknowledgement.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        for name in model.operation_names:
            setattr(self, xform_name(name), partial(self._call, name))

    def rehearse(self) -> None:
        """Do everything for each call except sending it.

        What is not as expected fails now, and what botocore loads at the first use is
        loaded in the init phase, which has a full CPU.
        """
        for name in self._model.operation_names:
            shape = self._model.operation_model(name).input_shape
            parameters = {
                member: [] if shape.members[member].type_name == "list" else "rehearsal"
                for member in shape.required_members
            }
            self._write(name, parameters)
            is_json = self._model.resolved_protocol == "json"
            body = "{}" if is_json else f"<{name}><{name}Result/></{name}>"
            self._read(name, 200, {}, body.encode())

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        response = self._http.send(self._write(operation, parameters))
        parsed = self._read(
            operation, response.status_code, response.headers, response.content
        )
        if response.status_code >= _FIRST_ERROR_STATUS:
            raise ClientError(parsed, operation)
        return parsed

    def _write(self, operation: str, parameters: dict[str, Any]) -> AWSPreparedRequest:
        model = self._model.operation_model(operation)
        written = self._serializer.serialize_to_request(parameters, model)
        user_agent = f"Botocore/{botocore.__version__}"
        prepare_request_dict(written, endpoint_url=self.url, user_agent=user_agent)
        request = create_request_object(written)
        self._auth.add_auth(request)
        return request.prepare()

    def _read(
        self, operation: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> dict[str, Any]:
        model = self._model.operation_model(operation)
        response = {
            "status_code": status,
            "headers": headers,
            "body": body,
            "context": {"operation_name": operation},
        }
        parsed: dict[str, Any] = self._parser.parse(response, model.output_shape)
        return parsed


def make_client(
    service: str, environment: Mapping[str, str], timeouts: Timeouts
) -> Client:
    """Make a client of a service.

    Args:
        service: A service of `contract.OPERATIONS`.
        environment: The variables that Lambda sets, and those that lead to other endpoints.
        timeouts: For connecting, and for reading.

    Raises:
        Exception: Of any kind, if botocore's parts are not as they are expected here.
    """
    loader = Loader(extra_search_paths=[str(_DATA)], include_default_search_paths=False)
    region = environment["AWS_DEFAULT_REGION"]
    model = ServiceModel(loader.load_service_model(service, "service-2"), service)
    endpoints = EndpointProvider(
        loader.load_service_model(service, "endpoint-rule-set-1"),
        loader.load_data("partitions"),
    )
    endpoint = endpoints.resolve_endpoint(
        Region=region,
        UseFIPS=ensure_boolean(environment.get("AWS_USE_FIPS_ENDPOINT")),
        UseDualStack=ensure_boolean(environment.get("AWS_USE_DUALSTACK_ENDPOINT")),
        Endpoint=environment.get(f"AWS_ENDPOINT_URL_{service.upper()}")
        or environment.get("AWS_ENDPOINT_URL"),
    )
    credentials = _Credentials(
        environment["AWS_ACCESS_KEY_ID"],
        environment["AWS_SECRET_ACCESS_KEY"],
        # In botocore's order; the first is the older name.
        environment.get("AWS_SECURITY_TOKEN") or environment.get("AWS_SESSION_TOKEN"),
    )
    auth = SigV4Auth(credentials, model.signing_name, region)
    client = Client(model, endpoint.url, auth, timeouts)
    client.rehearse()
    return client
