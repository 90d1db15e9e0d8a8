"""The errors of Redshift's API, by their codes in HTTP responses."""

from functools import cache
from http import HTTPStatus

import botocore.session
from moto.core.exceptions import ServiceException

# These are common to all services, so they are not in Redshift's own model.
_FORBIDDEN = frozenset(
    {
        "AccessDenied",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "UnauthorizedOperation",
    }
)


class RedshiftError(ServiceException):  # type: ignore[misc]  # moto is untyped
    """An error response.

    Args:
        code: The code in the response. It is often not the name of botocore's class.
        message: What is wrong.
        reason: The cause, for the log. The message does not say it, because AWS's message
            does not.
    """

    def __init__(self, code: str, message: str, *, reason: str = "") -> None:
        super().__init__(code, message)
        self.reason = reason


def not_implemented(what: str) -> RedshiftError:
    """Make the error for what this machine lacks. AWS never responds with this code."""
    return RedshiftError("NotImplemented", f"The local AWS does not have {what}")


def http_status(code: str) -> int:
    """Find the HTTP status of an error code."""
    if code in _FORBIDDEN:
        return HTTPStatus.FORBIDDEN
    if code == "InternalFailure":
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return _modeled_statuses().get(code, HTTPStatus.BAD_REQUEST)


@cache
def _modeled_statuses() -> dict[str, int]:
    model = botocore.session.get_session().get_service_model("redshift")
    return {
        shape.error_code: shape.metadata["error"]["httpStatusCode"]
        for shape in model.error_shapes
    }
