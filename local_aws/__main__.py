"""`python -m local_aws`: starts the local AWS and keeps it running until Ctrl-C."""

import argparse
import signal
import sys

from local_aws import redshift_options
from local_aws.aws import LocalAws
from local_aws.interruption import exit_on_sigterm
from local_aws.shell import shell_lines


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
        print(f"# Terminal 1, this one, runs an AWS on this machine; logs: {aws.logs}")
        print("# Paste these lines into terminal 2, a new one, and work there:")
        for line in shell_lines(aws.variables):
            print(line)
        print("# Ctrl-C in terminal 1 stops the AWS.", flush=True)
        try:
            while True:
                signal.pause()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
