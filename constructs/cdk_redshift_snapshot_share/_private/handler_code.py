"""The code of the Lambda function, as an asset."""

from collections.abc import Iterator
from pathlib import Path

from aws_cdk import IgnoreMode, aws_lambda as lambda_

import redshift_snapshot_share_handler


def package_handler() -> lambda_.AssetCode:
    """Package the handler that is installed beside this library.

    The package contains only the handler's Python files and botocore data. So a checkout
    and an installed wheel give the same asset hash, even if tools leave other files there.
    """
    package = Path(redshift_snapshot_share_handler.__path__[0])
    return lambda_.Code.from_asset(
        str(package.parent),
        # Versions of aws-cdk-lib differ in which folders a pattern includes again. All of
        # them understand a path.
        exclude=["*", *(f"!/{path}" for path in sorted(set(_list_paths(package))))],
        ignore_mode=IgnoreMode.GIT,
    )


def _list_paths(package: Path) -> Iterator[str]:
    """List what is packaged: the files, and the folders on the way to them."""
    for file in (*package.rglob("*.py"), *package.glob("botocore_data/**/*.json")):
        path = file.relative_to(package.parent)
        yield path.as_posix()
        yield from (folder.as_posix() for folder in path.parents if folder.name)
