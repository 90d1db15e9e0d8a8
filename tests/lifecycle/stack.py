"""A stack of the CloudFormation double."""

from __future__ import annotations

from collections.abc import Collection

from tests.lifecycle.request import Request
from tests.lifecycle.resource import Template
from tests.lifecycle.stack_operations import StackOperations
from tests.lifecycle.stack_resources import GREEN

_UPDATABLE = GREEN | {"CREATE_FAILED", "UPDATE_FAILED"}


class Stack(StackOperations):
    """A stack, as those who call CloudFormation see it.

    Args:
        cloudformation: What it is part of.
        name: Its name.
        number: Makes its StackId its own.
    """

    def create(
        self,
        template: Template,
        *,
        is_doomed: bool = False,
        disable_rollback: bool = False,
        one_by_one: bool = False,
    ) -> None:
        """Call CreateStack.

        Args:
            template: The resources.
            is_doomed: Another resource will fail, at the moment of `fail_sibling`.
            disable_rollback: What failed stays.
            one_by_one: Each resource depends on the one before.
        """
        self._begin(
            "CREATE_STACK",
            {"REVIEW_IN_PROGRESS"},
            is_doomed=is_doomed,
            keeps_failures=disable_rollback,
            one_by_one=one_by_one,
        )
        self._start(self._create(template))

    def update(
        self,
        template: Template,
        *,
        is_doomed: bool = False,
        disable_rollback: bool = False,
        one_by_one: bool = False,
        deletes_at_once: bool = True,
    ) -> None:
        """Call UpdateStack.

        Args:
            template: The resources.
            is_doomed: Another resource will fail, at the moment of `fail_sibling`.
            disable_rollback: What failed stays.
            one_by_one: Each resource depends on the one before.
            deletes_at_once: A rollback deletes new resources beside the reversed
                Updates, not in its cleanup.
        """
        self._begin(
            "UPDATE_STACK",
            _UPDATABLE,
            is_doomed=is_doomed,
            keeps_failures=disable_rollback,
            one_by_one=one_by_one,
        )
        self._deletes_at_once = deletes_at_once
        if self.is_green:
            self._before.clear()
        self._start(self._update(template))

    def delete(self) -> None:
        """Call DeleteStack; again, if it failed."""
        self._begin("DELETE_STACK", {self.status})
        self._start(self._delete())

    def delete_at_once(self) -> None:
        """Call DeleteStack while the stack is being created."""
        if self.status != "CREATE_IN_PROGRESS":
            raise AssertionError(f"{self!r} is {self.status}")
        self._cancel(self.requests)
        self._steps = None
        self.delete()

    def roll_back(self) -> None:
        """Call RollbackStack, where rollback was disabled."""
        self._begin("ROLLBACK", {"CREATE_FAILED", "UPDATE_FAILED"})
        self._start(
            self._roll_back_create()
            if self.status == "CREATE_FAILED"
            else self._roll_back_update()
        )

    def continue_update_rollback(self, *, skip: bool = False) -> None:
        """Call ContinueUpdateRollback.

        Args:
            skip: Pass over what failed, as if it had been brought back.
        """
        self._begin("CONTINUE_ROLLBACK", {"UPDATE_ROLLBACK_FAILED"})
        for before in self.restorable() if skip else ():
            skipped = self._physical(self.resources[before.logical_id])
            if skipped.physical_id != before.physical_id:
                self.unnoticed.append(skipped)
            self.resources[before.logical_id] = before
            del self._before[before.logical_id]
        self._start(self._roll_back_update())

    def fail_sibling(self) -> None:
        """Let another resource of the stack fail."""
        self.is_doomed = False
        self._has_sibling_failed = True
        self.advance()

    def time_out(self, request: Request) -> None:
        """Let ServiceTimeout pass for a request."""
        request.has_expired = True
        resource = self.resources.get(request.logical_id)
        if resource is not None and request.kind != "Delete":
            resource.status = f"{request.kind.upper()}_FAILED"
        self.advance()

    def _begin(
        self,
        kind: str,
        allowed: Collection[str],
        *,
        is_doomed: bool = False,
        keeps_failures: bool = False,
        one_by_one: bool = False,
    ) -> None:
        if self._steps is not None or self.status not in allowed:
            raise AssertionError(f"{self!r} is {self.status}")
        self.is_doomed = is_doomed
        self._has_sibling_failed = False
        self._keeps_failures = keeps_failures
        self._is_one_by_one = one_by_one
        self.operations += 1
        self.history.append(kind)
