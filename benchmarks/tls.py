"""TLS in front of a local service that speaks plain HTTP."""

import socket
import ssl
import threading
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 65536


class TlsFront:
    """Removes TLS from connections, and forwards them.

    Args:
        context: The context with the certificate.
        port: Port of the service on this machine.
    """

    def __init__(self, context: ssl.SSLContext, port: int) -> None:
        self._context = context
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)

    @property
    def url(self) -> str:
        """The address of the service with TLS."""
        return f"https://localhost:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(
                target=self._pass_on, args=(connection,), daemon=True
            ).start()

    def _pass_on(self, connection: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as service:
            for end in (connection, service):
                # Otherwise each call waits 40 ms for an acknowledgement.
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                with self._context.wrap_socket(connection, server_side=True) as client:
                    threading.Thread(
                        target=_copy, args=(service, client), daemon=True
                    ).start()
                    _copy(client, service)
            except OSError:  # the client went away
                return


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(_CHUNK_BYTES):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # one of the ends is gone
        return
