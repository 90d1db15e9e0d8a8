"""`python -m local_aws`: start the local AWS and keep it until Ctrl-C."""

import argparse
import shlex
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from local_aws import redshift_options
from local_aws.aws import LocalAws
from local_aws.cdk_cli import CDK
from local_aws.interruption import exit_on_sigterm


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m local_aws", description="Run an AWS on this machine."
    )
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument(
        "--redshift-port", type=int, default=0, help="default: a free one"
    )
    redshift_options.add_arguments(parser)
    arguments = parser.parse_args()
    exit_on_sigterm()
    try:
        aws = LocalAws(
            region=arguments.region,
            port=arguments.port,
            redshift_port=arguments.redshift_port,
            **redshift_options.from_arguments(arguments),
        )
        _serve(aws)
    except (RuntimeError, ValueError) as error:
        sys.exit(str(error))


def _serve(local_aws: LocalAws) -> None:
    with local_aws as aws:
        print(f"# An AWS on this machine, logs in {aws.logs}")
        print("# Paste into another terminal:")
        for line in _shell_lines(aws):
            print(line)
        print("# Ctrl-C stops it.", flush=True)
        try:
            while True:
                signal.pause()
        except KeyboardInterrupt:
            print("stopped")


def _shell_lines(aws: LocalAws) -> Iterator[str]:
    """Lead a shell here: its `cdk`, its `python`, and what these call."""
    yield "unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN"
    for name, value in aws.variables.items():
        yield f"export {name}={shlex.quote(value)}"
    yield "export NO_PROXY=127.0.0.1,localhost"
    folders = f"{CDK.parent}:{Path(sys.executable).parent}:"
    yield f'export PATH={shlex.quote(folders)}"$PATH"'


if __name__ == "__main__":
    main()
