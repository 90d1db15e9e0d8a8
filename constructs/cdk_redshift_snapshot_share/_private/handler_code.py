"""The code of the Lambda function, as an asset."""

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
        exclude=[
            "*",
            f"!{package.name}",
            f"!{package.name}/**/",
            f"!{package.name}/**/*.py",
            f"!{package.name}/botocore_data/**/*.json",
            "**/__pycache__",
        ],
        ignore_mode=IgnoreMode.GIT,
    )
