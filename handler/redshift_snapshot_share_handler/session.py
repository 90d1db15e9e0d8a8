"""A botocore session that makes its clients quickly.

To make a client, botocore reads a whole service model and the endpoints of every service:
most of the time of a cold start. `botocore_data/` holds the part that a share needs, in
botocore's own layout and words; `handler/reduce_botocore_data.py` writes it.
"""

import logging
import socket
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from ssl import SSLContext
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.httpsession import URLLib3Session
from botocore.loaders import Loader
from botocore.utils import get_environ_proxies

from redshift_snapshot_share_handler.authorities import trusted_authorities

_DATA = Path(__file__).with_name("botocore_data")
_LOG = logging.getLogger(__name__)

# `Retry` has the deadline and knows which errors pass, so a client tries a call once. The
# mode is set because botocore's own default changed in 1.44.
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=10,
)


class _ReducedLoader(Loader):  # type: ignore[misc]  # botocore is untyped
    """Finds the reduced data, and nothing else."""

    def __init__(self) -> None:
        super().__init__(
            extra_search_paths=[str(_DATA)], include_default_search_paths=False
        )

    def load_service_model(self, service_name: str, *args: Any, **kwargs: Any) -> Any:
        """Load a file of a service.

        A client of botocore does without the file of endpoint rules if the service is
        unknown, and finds endpoints by older rules. So the error is a more general one.
        """
        try:
            return super().load_service_model(service_name, *args, **kwargs)
        except UnknownServiceError as error:
            raise DataNotFoundError(data_path=service_name) from error

    def is_builtin_path(self, path: str) -> bool:  # noqa: ARG002 - botocore's signature
        """Say that these are botocore's own data.

        It takes anybody else's endpoints for an override of FIPS and dual-stack settings.
        """
        return True


class _HttpSession(URLLib3Session):  # type: ignore[misc]  # botocore is untyped
    """Connects with the authorities that are loaded already."""

    def _get_ssl_context(self) -> SSLContext:
        return trusted_authorities()


class _Session(botocore.session.Session):  # type: ignore[misc]  # botocore is untyped
    """Makes clients from the reduced data, or from botocore's own if that fails."""

    def __init__(self) -> None:
        # Registering botocore's own handlers takes longer than making a client, and none
        # of them changes what the operations of the contract send, save headers for traces
        # and statistics of retries.
        super().__init__(include_builtin_handlers=False)
        self.register_component("data_loader", _ReducedLoader())
        self.set_default_client_config(_CONFIG)

    def create_client(self, service_name: str, *args: Any, **kwargs: Any) -> Any:
        """Make a client that has shown that it can make its calls.

        The reduced data are of one version of botocore, and Lambda's runtime brings any
        other. Whatever that one does not find or understand, the function has to respond.
        """
        try:
            client = super().create_client(service_name, *args, **kwargs)
            _rehearse(client)
            # botocore has no setting for this.
            client._endpoint.http_session = _http_session(client.meta)  # noqa: SLF001
        except Exception:  # noqa: BLE001 - see above
            _LOG.warning(
                "the reduced data of %s cannot be used; botocore's own are used instead",
                service_name,
                exc_info=True,
            )
            session = botocore.session.Session()
            session.set_default_client_config(_CONFIG)
            return session.create_client(service_name, *args, **kwargs)
        return client


def make_session() -> botocore.session.Session:
    """Make a session for the operations in `contract.OPERATIONS`, and for no others."""
    return _Session()


def _http_session(meta: Any) -> _HttpSession:
    """Make what botocore would make for a client, but for the authorities."""
    return _HttpSession(
        timeout=(meta.config.connect_timeout, meta.config.read_timeout),
        proxies=get_environ_proxies(meta.endpoint_url),
        # Without it, each call waits 40 ms for an acknowledgement.
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    )


def _rehearse(client: Any) -> None:
    """Make each call of a client, with a response in the place of AWS's.

    botocore reads part of its data only when a call is made.
    """
    for name in client.meta.service_model.operation_names:
        _rehearse_call(client, name)


def _rehearse_call(client: Any, name: str) -> None:
    model = client.meta.service_model
    is_json = model.metadata["protocol"] == "json"
    body = b"{}" if is_json else f"<{name}><{name}Result/></{name}>".encode()

    def respond(**_: Any) -> AWSResponse:
        return AWSResponse("", 200, {}, _Body(body))

    shape = model.operation_model(name).input_shape
    parameters = {
        member: [] if shape.members[member].type_name == "list" else "rehearsal"
        for member in shape.required_members
    }
    # A handler of this event that returns a response keeps botocore from sending.
    client.meta.events.register("before-send", respond)
    getattr(client, xform_name(name))(**parameters)
    client.meta.events.unregister("before-send", respond)


class _Body(BytesIO):
    """A body as urllib3 hands it to botocore."""

    def stream(self) -> Iterator[bytes]:
        """Give the whole body."""
        yield self.getvalue()
