"""The front end over HTTP: moto's, with our operations and a gate before all of them."""

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
        access_key: Who signed it.
        backend: What the caller's account has in the Region of the call.
    """

    operation: str
    parameters: dict[str, Any]
    access_key: str
    backend: RedshiftBackend


class Gate(Protocol):
    """Decides who a caller is and which calls pass."""

    def account(self, access_key: str) -> str:
        """Find the account of a caller who is not the root of one."""
        ...

    def admit(self, call: Call) -> None:
        """Let a call pass.

        Raises:
            RedshiftError: The answer, if it may not.
        """
        ...

    def record(self, call: Call, outcome: str, reason: str) -> None:
        """Write down how a call ended.

        Args:
            call: The call.
            outcome: `OK`, or the code of an error.
            reason: Why the gate refused it, if it did and the message does not say.
        """
        ...


class RedshiftResponse(responses.RedshiftResponse):  # type: ignore[misc]  # moto is untyped
    """Answers the requests of real clients."""

    #: Default: everybody may do everything.
    gate: ClassVar[Gate | None] = None

    # moto answers requests in threads, and the rules look before they act.
    _lock: ClassVar[Lock] = Lock()

    def get_access_key(self) -> str:
        """Read who signed; moto only knows keys of twenty characters."""
        match = _CREDENTIAL.search(self.headers.get("Authorization", ""))
        return match.group(1) if match else ""

    def get_current_account(self) -> str:
        """Find the caller's account; an account's id as access key is its root."""
        access_key = self.get_access_key()
        if _ACCOUNT.fullmatch(access_key):
            return access_key
        if self.gate is not None:
            return self.gate.account(access_key)
        return str(super().get_current_account())

    def parse_parameters(self, request: Any) -> None:
        """Read the parameters of a request, if there is such an operation."""
        self.params: dict[str, Any] = {}
        if self._operation() in _operations_of_aws():
            super().parse_parameters(request)

    def call_action(self) -> Any:
        """Answer a request."""
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
        except Exception as error:  # noqa: BLE001 - moto would answer with an HTML page
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
        """Answer AuthorizeSnapshotAccess."""
        return self._operate()

    def revoke_snapshot_access(self) -> ActionResult:
        """Answer RevokeSnapshotAccess."""
        return self._operate()

    def create_cluster_snapshot(self) -> ActionResult:
        """Answer CreateClusterSnapshot."""
        return self._operate()

    def copy_cluster_snapshot(self) -> ActionResult:
        """Answer CopyClusterSnapshot."""
        return self._operate()

    def describe_cluster_snapshots(self) -> ActionResult:
        """Answer DescribeClusterSnapshots."""
        return self._operate()

    def delete_cluster_snapshot(self) -> ActionResult:
        """Answer DeleteClusterSnapshot."""
        return self._operate()

    def modify_cluster_snapshot(self) -> ActionResult:
        """Answer ModifyClusterSnapshot."""
        return self._operate()

    def restore_from_cluster_snapshot(self) -> ActionResult:
        """Answer RestoreFromClusterSnapshot."""
        return self._operate()

    def create_tags(self) -> ActionResult:
        """Answer CreateTags."""
        return self._operate()

    def delete_tags(self) -> ActionResult:
        """Answer DeleteTags."""
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
    # Not by moto, which only writes errors of operations that it knows.
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
    """Check that there is an operation: moto would answer with an HTML page.

    Raises:
        RedshiftError: If AWS does not have it, or this machine does not.
    """
    if operation not in _operations_of_aws():
        raise RedshiftError("InvalidAction", f"Redshift has no operation {operation!r}")
    if not hasattr(RedshiftResponse, camelcase_to_underscores(operation)):
        raise not_implemented(operation)


@cache
def _operations_of_aws() -> frozenset[str]:
    model = botocore.session.get_session().get_service_model("redshift")
    return frozenset(model.operation_names)
