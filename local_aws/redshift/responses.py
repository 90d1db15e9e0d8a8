"""The front end over HTTP: moto's, with our operations and a gate before all of them."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import Any, ClassVar, Protocol

from botocore import xform_name
from moto.core.responses import ActionResult
from moto.redshift import redshift_backends, responses

from local_aws.redshift.errors import RedshiftError, http_status
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
        """Take note of how a call ended.

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

    def call_action(self) -> Any:
        """Answer a request."""
        call = Call(
            self._get_action(), self._parameters(), self.access_key, self._backend()
        )
        reason = ""
        try:
            if self.gate is not None:
                self.gate.admit(call)
        except RedshiftError as error:
            reason = error.reason
            _, headers, body = self.serialized(ActionResult(error))
            answer = http_status(error.code), headers, body
        else:
            with self._lock:
                answer = super().call_action()
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

    def describe_cluster_snapshots(self) -> ActionResult:
        """Answer DescribeClusterSnapshots."""
        return self._operate()

    def delete_cluster_snapshot(self) -> ActionResult:
        """Answer DeleteClusterSnapshot."""
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
        operation = getattr(self._backend(), xform_name(self._get_action()))
        return ActionResult(
            operation(
                **{
                    xform_name(name): value
                    for name, value in self._parameters().items()
                }
            )
        )

    def _parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] = self.params
        return parameters

    def _backend(self) -> RedshiftBackend:
        backend: RedshiftBackend = redshift_backends[self.current_account][self.region]
        return backend
