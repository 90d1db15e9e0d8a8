"""Writes the lines with which a shell uses the local AWS, whatever its user has set."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from local_aws.cdk_cli import CDK
from local_aws.environment import MISLEADING_PREFIXES, fixed_variables


def shell_lines(variables: Mapping[str, str]) -> Iterator[str]:
    """Write the lines for any shell that follows POSIX.

    Args:
        variables: The environment variables that make the AWS SDKs use the local AWS.
    """
    prefixes = "|".join(MISLEADING_PREFIXES)
    # This name is never a variable. Some shells require at least one name.
    yield (
        f"unset AWS_PROFILE $(env | sed -nE 's/^(({prefixes})[A-Za-z0-9_]*)=.*/\\1/p')"
    )
    for name, value in {**fixed_variables(), **variables}.items():
        yield f"export {name}={shlex.quote(value)}"
    folders = f"{CDK.parent}:{Path(sys.executable).parent}:"
    yield f'export PATH={shlex.quote(folders)}"$PATH"'
    yield "echo 'Terminal 2: cdk, python and aws lead to the local AWS.'"
