"""Puts errors of AWS and of boto3 into one line."""

from botocore.exceptions import ClientError

_LONGEST = 400


class AuditError(Exception):
    """The audit failed. The person at the terminal reads its text."""


def code_of(error: Exception) -> str:
    """AWS's code for an error; empty if AWS never responded."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return ""


def describe_error(error: Exception) -> str:
    """Describe an error in one line: AWS's code and message, or what boto3 says."""
    if isinstance(error, ClientError):
        message = error.response.get("Error", {}).get("Message") or "no message"
        text = f"{code_of(error)}: {message}"
    else:
        text = str(error)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
