"""Checks each call to the local Redshift: permissions, throttling and a log."""

import json
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from local_aws.iam import check_permissions, find_account, find_caller
from local_aws.redshift.assumptions import Assumptions
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.responses import Call


class RedshiftGate:
    """Lets a call pass if IAM allows it and the rate of calls is not exceeded.

    Args:
        log: One line of JSON per call is written to it.
        default_account: The account in the refusal of an unknown caller.
        calls_per_second: Calls beyond this rate are throttled. Default: no throttling.
        throttling_code: The code in the refusal of a throttled call.
    """

    def __init__(
        self,
        log: Path,
        default_account: str,
        calls_per_second: int | None = None,
        throttling_code: str = Assumptions().throttling_code,
    ) -> None:
        # Kept open, because opening it takes longer than writing to it.
        self._log = log.open("a", encoding="utf-8", buffering=1)
        self._default_account = default_account
        self._calls_per_second = calls_per_second
        self._throttling_code = throttling_code
        self._admitted: deque[float] = deque()
        self._lock = Lock()

    def account(self, access_key: str) -> str:
        """Find the account of a caller that is not an account's root."""
        return find_account(find_caller(access_key) or "") or self._default_account

    def admit(self, call: Call) -> None:
        """Let a call pass.

        Raises:
            RedshiftError: `MissingAuthenticationToken`, the code of throttling,
                `UnauthorizedOperation`, `AccessDenied` or `InvalidClientTokenId`.
        """
        if not call.access_key:
            raise RedshiftError(
                "MissingAuthenticationToken", "Request is missing Authentication Token"
            )
        if not self._has_room():
            raise RedshiftError(self._throttling_code, "Rate exceeded")
        check_permissions(call)

    def record(self, call: Call, outcome: str, reason: str) -> None:
        """Write a line to the log."""
        line = json.dumps(
            {
                "time": datetime.now(UTC).isoformat(),
                "account": call.backend.account_id,
                "caller": find_caller(call.access_key),
                "operation": call.operation,
                "outcome": outcome,
                **({"reason": reason} if reason else {}),
                "parameters": {
                    name: value
                    for name, value in call.parameters.items()
                    if "Password" not in name
                },
            },
            default=str,
        )
        with self._lock:
            self._log.write(f"{line}\n")

    def _has_room(self) -> bool:
        if self._calls_per_second is None:
            return True
        now = time.monotonic()
        with self._lock:
            while self._admitted and self._admitted[0] <= now - 1:
                self._admitted.popleft()
            if len(self._admitted) >= self._calls_per_second:
                return False
            self._admitted.append(now)
            return True
