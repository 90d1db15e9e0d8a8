"""An HTTP server on the loopback that answers from a script."""

import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

HANG_UP = 0


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    url: str
    requests: list[Request] = field(default_factory=list)


@contextmanager
def serving(
    answers: Sequence[tuple[int, bytes]], tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """Serve the answers in order, the last one for ever; `HANG_UP` is a broken connection."""
    script = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append(
                Request(self.command, self.path, dict(self.headers), body)
            )
            status, content = script.pop(0) if len(script) > 1 else script[0]
            self.close_connection = True
            if status == HANG_UP:
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PUT = _answer  # noqa: N815 - named by http.server
        do_POST = _answer  # noqa: N815 - as do_PUT

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listener:
        server = Server(f"http://127.0.0.1:{listener.server_port}")
        if tls:
            server.url = f"https://localhost:{listener.server_port}"
            listener.socket = tls.wrap_socket(listener.socket, server_side=True)
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
