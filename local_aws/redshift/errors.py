"""The errors of Redshift's API, by the codes that go over the wire."""

from functools import cache
from http import HTTPStatus

import botocore.session
from moto.core.exceptions import ServiceException

# Common to all services, so not in Redshift's own model.
_FORBIDDEN = frozenset(
    {
        "AccessDenied",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "UnauthorizedOperation",
    }
)


class RedshiftError(ServiceException):  # type: ignore[misc]  # moto is untyped
    """A refusal.

    Args:
        code: The code on the wire, which often is not the name of botocore's class.
        message: What is wrong.
        reason: What the log says and the message, like that of AWS, does not.
    """

    def __init__(self, code: str, message: str, *, reason: str = "") -> None:
        super().__init__(code, message)
        self.reason = reason


def not_implemented(what: str) -> RedshiftError:
    """Refuse what AWS has and this machine has not, in a way that AWS never does."""
    return RedshiftError("NotImplemented", f"The local AWS does not have {what}")


def http_status(code: str) -> int:
    """Tell the HTTP status that goes with an error code."""
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
