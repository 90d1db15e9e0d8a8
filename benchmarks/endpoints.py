"""The other ends of a handler's connections: CloudFormation, and where it is answered."""

import json
import ssl
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

import certifi

from benchmarks.certificate import write_certificate

# In this status, CloudFormation may send a Create, and a Delete is not out of date.
_DESCRIBE_STACKS = b"""<DescribeStacksResponse
xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>
<member><StackName>bench</StackName><CreationTime>2026-11-23T00:00:00Z</CreationTime>
<StackStatus>UPDATE_IN_PROGRESS</StackStatus></member></Stacks></DescribeStacksResult>
<ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></DescribeStacksResponse>
"""


@dataclass(frozen=True)
class Answer:
    """What a custom resource told CloudFormation, and when it was here."""

    body: dict[str, Any]
    arrived: float


class Endpoints:
    """A stack that is being updated, and the presigned URL of its custom resources.

    Both speak TLS, as CloudFormation and S3 do, and the certificate is signed by one more
    authority than a machine has anyway, so that reading them costs what it costs on AWS.

    Args:
        folder: Where the certificate goes.
    """

    def __init__(self, folder: Path) -> None:
        self.answers: SimpleQueue[Answer] = SimpleQueue()
        self.stack_looks = 0
        self.authority = folder / "authority.pem"
        self.authorities = folder / "authorities.pem"
        key = folder / "key.pem"
        write_certificate(self.authority, key)
        self.authorities.write_bytes(
            Path(certifi.where()).read_bytes() + self.authority.read_bytes()
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.authority, key)
        #: With the certificate of `localhost`.
        self.context = context
        self._cloudformation = _serve(self)
        self._storage = _serve(self)
        for server in (self._cloudformation, self._storage):
            server.socket = context.wrap_socket(server.socket, server_side=True)

    def __enter__(self) -> Self:
        for server in (self._cloudformation, self._storage):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for server in (self._cloudformation, self._storage):
            server.shutdown()
            server.server_close()

    @property
    def cloudformation_url(self) -> str:
        """Where DescribeStacks is answered."""
        return f"https://localhost:{self._cloudformation.server_port}"

    @property
    def response_url(self) -> str:
        """Where CloudFormation waits for answers."""
        return f"https://localhost:{self._storage.server_port}/answer?signed=yes"


def _serve(endpoints: Endpoints) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            self._read()
            endpoints.stack_looks += 1
            self._answer(_DESCRIBE_STACKS)

        def do_PUT(self) -> None:
            body = json.loads(self._read())
            endpoints.answers.put(Answer(body, time.perf_counter()))
            self._answer(b"")

        def _read(self) -> bytes:
            return self.rfile.read(int(self.headers["Content-Length"]))

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

    class Server(ThreadingHTTPServer):
        request_queue_size = 512

    return Server(("127.0.0.1", 0), Handler)
