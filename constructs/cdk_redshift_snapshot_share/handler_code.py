"""The code of the Lambda function, as an asset."""

from pathlib import Path

from aws_cdk import IgnoreMode, aws_lambda as lambda_

import redshift_snapshot_share_handler


def handler_code() -> lambda_.AssetCode:
    """Package the handler as it is installed beside this library.

    Only its Python files and its botocore data count, so that the asset hash is the same from a checkout and
    from an installed wheel, whatever tools left there.
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
