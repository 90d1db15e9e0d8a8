"""The front end over HTTP: moto's, with this package's operations and a gate."""

import re
import traceback
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from threading import Lock
from typing import Any, ClassVar, Protocol
from uuid import uuid4
from xml.sax.saxutils import escape

import botocore.session
from botocore import xform_name
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.redshift import redshift_backends, responses

from local_aws.redshift.errors import RedshiftError, http_status, not_implemented
from local_aws.redshift.models import RedshiftBackend

_ACCOUNT = re.compile(r"[0-9]{12}")
_CREDENTIAL = re.compile(r"Credential=([^/]+)/")
_ERROR_CODE = re.compile(r"<Code>([^<]+)</Code>")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of Redshift's API.

    Args:
        operation: The operation's name.
        parameters: Its parameters, as named in the API.
        access_key: The access key that signed the call.
        backend: The backend of the caller's account in the Region of the call.
    """

    operation: str
    parameters: dict[str, Any]
    access_key: str
    backend: RedshiftBackend


class Gate(Protocol):
    """Identifies callers, and decides which calls are allowed."""

    def account(self, access_key: str) -> str:
        """Find the account of a caller that is not an account's root."""
        ...

    def admit(self, call: Call) -> None:
        """Check that a call is allowed.

        Raises:
            RedshiftError: If it is not allowed. This is the response.
        """
        ...

    def record(self, call: Call, outcome: str, reason: str) -> None:
        """Record the outcome of a call.

        Args:
            call: The call.
            outcome: `OK`, or the code of an error.
            reason: The cause of a refusal by the gate, if the message does not say it.
        """
        ...


class RedshiftResponse(responses.RedshiftResponse):  # type: ignore[misc]  # moto is untyped
    """Responds to the requests of real clients."""

    #: Default: every caller may do everything.
    gate: ClassVar[Gate | None] = None

    # moto responds to requests in threads, but the rules check before they change anything.
    # So parallel calls wait for each other, and none is refused. assumed: parallel-tags
    _lock: ClassVar[Lock] = Lock()

    def get_access_key(self) -> str:
        """Read the access key that signed. moto accepts only keys of twenty characters."""
        match = _CREDENTIAL.search(self.headers.get("Authorization", ""))
        return match.group(1) if match else ""

    def get_current_account(self) -> str:
        """Find the caller's account. An access key that is an account's id is its root."""
        access_key = self.get_access_key()
        if _ACCOUNT.fullmatch(access_key):
            return access_key
        if self.gate is not None:
            return self.gate.account(access_key)
        return str(super().get_current_account())

    def parse_parameters(self, request: Any) -> None:
        """Read the parameters of a request, if its operation exists."""
        self.params: dict[str, Any] = {}
        if self._operation() in _operations_of_aws():
            super().parse_parameters(request)

    def call_action(self) -> Any:
        """Respond to a request."""
        call = Call(self._operation(), self.params, self.access_key, self._backend())
        reason = ""
        try:
            if self.gate is not None:
                self.gate.admit(call)
            _check_operation(call.operation)
            with self._lock:
                answer = super().call_action()
        except RedshiftError as error:
            reason = error.reason
            answer = _refuse(error)
        except Exception as error:  # noqa: BLE001 - moto would respond with an HTML page
            traceback.print_exc()
            answer = _refuse(
                RedshiftError("InternalFailure", f"The local AWS failed: {error!r}")
            )
        if self.gate is not None:
            status, _, body = answer
            code = None if status == HTTPStatus.OK else _ERROR_CODE.search(body)
            self.gate.record(call, code.group(1) if code else "OK", reason)
        return answer

    def authorize_snapshot_access(self) -> ActionResult:
        """Respond to AuthorizeSnapshotAccess."""
        return self._operate()

    def revoke_snapshot_access(self) -> ActionResult:
        """Respond to RevokeSnapshotAccess."""
        return self._operate()

    def create_cluster_snapshot(self) -> ActionResult:
        """Respond to CreateClusterSnapshot."""
        return self._operate()

    def copy_cluster_snapshot(self) -> ActionResult:
        """Respond to CopyClusterSnapshot."""
        return self._operate()

    def describe_cluster_snapshots(self) -> ActionResult:
        """Respond to DescribeClusterSnapshots."""
        return self._operate()

    def delete_cluster_snapshot(self) -> ActionResult:
        """Respond to DeleteClusterSnapshot."""
        return self._operate()

    def modify_cluster_snapshot(self) -> ActionResult:
        """Respond to ModifyClusterSnapshot."""
        return self._operate()

    def restore_from_cluster_snapshot(self) -> ActionResult:
        """Respond to RestoreFromClusterSnapshot."""
        return self._operate()

    def create_tags(self) -> ActionResult:
        """Respond to CreateTags."""
        return self._operate()

    def delete_tags(self) -> ActionResult:
        """Respond to DeleteTags."""
        return self._operate()

    def _operate(self) -> ActionResult:
        operation = getattr(self._backend(), xform_name(self._operation()))
        return ActionResult(
            operation(
                **{xform_name(name): value for name, value in self.params.items()}
            )
        )

    def _operation(self) -> str:
        return str(self.querystring.get("Action", [""])[0])

    def _backend(self) -> RedshiftBackend:
        backend: RedshiftBackend = redshift_backends[self.current_account][self.region]
        return backend


def _refuse(error: RedshiftError) -> Any:
    # Not written by moto, because it writes only errors of operations that it has.
    status = http_status(error.code)
    fault = "Sender" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "Receiver"
    body = (
        '<ErrorResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><Error>'
        f"<Type>{fault}</Type><Code>{error.code}</Code>"
        f"<Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{uuid4()}</RequestId></ErrorResponse>"
    )
    return status, {"Content-Type": "text/xml"}, body


def _check_operation(operation: str) -> None:
    """Check that an operation exists. Otherwise moto would respond with an HTML page.

    Raises:
        RedshiftError: If AWS or this machine does not have it.
    """
    if operation not in _operations_of_aws():
        raise RedshiftError("InvalidAction", f"Redshift has no operation {operation!r}")
    if not hasattr(RedshiftResponse, camelcase_to_underscores(operation)):
        raise not_implemented(operation)


@cache
def _operations_of_aws() -> frozenset[str]:
    model = botocore.session.get_session().get_service_model("redshift")
    return frozenset(model.operation_names)
