"""Runs the local services on loopback: ministack and the Redshift.

`LocalAws` starts this process. It ends when the other end of its standard input is closed,
and ends the Lambda workers too.
"""

import argparse
import asyncio
import json
import os
import socket
import sys
import threading
from pathlib import Path

from local_aws.lifeline import die_with_parent

_HOST = "127.0.0.1"


def main() -> None:
    """Serve until killed. Write the ports to standard output when ready."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--account", required=True)
    parser.add_argument("--call-log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--redshift-options", type=json.loads, default={})
    parser.add_argument("--redshift-port", type=int, default=0)
    parser.add_argument("--temporary", type=Path, required=True)
    arguments = parser.parse_args()

    die_with_parent(arguments.temporary)
    # Only the ports are written to standard output. Output of libraries is written to the
    # log.
    ready = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    # Bound before anything is imported, because ministack reads its port at import, and no
    # other process can take the ports in between.
    gateway = _bind(arguments.port)
    redshift = _bind(arguments.redshift_port)
    ports = {
        "port": gateway.getsockname()[1],
        "redshift_port": redshift.getsockname()[1],
    }
    os.environ["GATEWAY_PORT"] = str(ports["port"])
    os.environ["AWS_ENDPOINT_URL_REDSHIFT"] = (
        f"http://{_HOST}:{ports['redshift_port']}"  # the Lambda workers inherit it
    )
    _serve_redshift(redshift, arguments)

    def report_ready() -> None:
        print(json.dumps(ports), file=ready, flush=True)

    from local_aws import cloudformation_events, cloudformation_types  # noqa: PLC0415
    from local_aws.gateway import serve_gateway  # noqa: PLC0415

    cloudformation_types.register()
    cloudformation_events.register()

    asyncio.run(serve_gateway(gateway, report_ready))


def _bind(port: int) -> socket.socket:
    try:
        bound = socket.create_server((_HOST, port), backlog=512)
    except (OSError, OverflowError) as error:
        sys.exit(f"cannot listen at port {port}: {error}")
    bound.setblocking(False)
    return bound


def _serve_redshift(bound: socket.socket, arguments: argparse.Namespace) -> None:
    from moto.moto_server.werkzeug_app import create_backend_app  # noqa: PLC0415
    from werkzeug.serving import make_server  # noqa: PLC0415

    from local_aws.redshift import responses, service, urls  # noqa: PLC0415
    from local_aws.redshift.assumptions import Assumptions  # noqa: PLC0415
    from local_aws.redshift_gate import RedshiftGate  # noqa: PLC0415

    options = arguments.redshift_options
    calls_per_second = options.pop("calls_per_second", None)
    assumptions = Assumptions(**options.pop("assumptions", {}))
    for name, value in options.items():
        setattr(service.SERVED, name, value)
    service.SERVED.assumptions = assumptions
    responses.RedshiftResponse.gate = RedshiftGate(
        arguments.call_log,
        arguments.account,
        calls_per_second,
        assumptions.throttling_code,
    )
    urls.register()
    server = make_server(
        _HOST,
        bound.getsockname()[1],
        create_backend_app("redshift"),
        threaded=True,
        fd=bound.fileno(),
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()


if __name__ == "__main__":
    main()
