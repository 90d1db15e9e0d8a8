"""The code of the Lambda function, as an asset."""

from pathlib import Path

from aws_cdk import IgnoreMode, aws_lambda as lambda_

import redshift_snapshot_share_handler


def package_handler() -> lambda_.AssetCode:
    """Package the handler as it is installed beside this library.

    Only its Python files and its botocore data are packaged. So a checkout and an
    installed wheel give the same asset hash, whatever other files tools leave there.
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
