"""`python -m local_aws`: start the local AWS and keep it until Ctrl-C."""

import argparse
import shlex
import signal
import sys

from local_aws.aws import LocalAws
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
    parser.add_argument(
        "--creating-seconds",
        type=float,
        default=0,
        help="how long a new snapshot stays `creating`",
    )
    parser.add_argument(
        "--calls-per-second",
        type=int,
        help="the Redshift throttles what is more; default: it never does",
    )
    arguments = parser.parse_args()
    exit_on_sigterm()
    try:
        _serve(LocalAws(**vars(arguments)))
    except (RuntimeError, ValueError) as error:
        sys.exit(str(error))


def _serve(local_aws: LocalAws) -> None:
    with local_aws as aws:
        print(f"# An AWS on this machine, logs in {aws.logs}")
        print("# Paste into another terminal:")
        for name, value in aws.variables.items():
            print(f"export {name}={shlex.quote(value)}")
        print("# Ctrl-C stops it.", flush=True)
        try:
            while True:
                signal.pause()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
