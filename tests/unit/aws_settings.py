"""The environment variables by which botocore finds its settings."""

import os

import pytest

#: What Lambda sets.
OF_LAMBDA = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "made-up",
    "AWS_SECRET_ACCESS_KEY": "made-up",
    "AWS_SESSION_TOKEN": "made-up",
}


def set_as_in_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what Lambda sets, and nothing else that whoever runs the tests has set."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "BOTO"))]:
        monkeypatch.delenv(name)
    for name, value in OF_LAMBDA.items():
        monkeypatch.setenv(name, value)
    # Lambda has no such file, and a developer may.
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
