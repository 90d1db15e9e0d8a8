"""Runs the examples as the CDK CLI does, but in this process."""

import runpy
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import App, Validations
from aws_cdk.cx_api import CloudAssembly
from cdk_nag import AwsSolutionsChecks

ROOT = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("*/app.py"))


def synthesize(
    name: str, outdir: Path, monkeypatch: pytest.MonkeyPatch
) -> CloudAssembly:
    """Run an example.

    Raises:
        RuntimeError: If cdk-nag finds something that nobody answers for.
    """

    def app() -> App:
        app = App(outdir=str(outdir))
        Validations.of(app).add_plugins(AwsSolutionsChecks())
        return app

    monkeypatch.setattr(aws_cdk, "App", app)
    namespace: dict[str, Any] = runpy.run_path(str(ROOT / name / "app.py"))
    assembly: CloudAssembly = namespace["app"].synth()
    return assembly
