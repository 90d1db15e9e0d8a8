"""What ends a run, in words for the person who started it."""


class VerificationError(Exception):
    """The run cannot go on, and its message says why and what to do."""


class NotAskedError(Exception):
    """A question cannot be asked here, and its message says why."""


def code_of(error: Exception) -> str:
    """Name an error by AWS's code, or by its type if it has none."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code") or type(error).__name__)


def message_of(error: Exception) -> str:
    """Read AWS's message, or the error's own."""
    response = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Message") or error)
