"""How the operations of a stack in the CloudFormation double go on."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from tests.lifecycle.resource import Declaration, Physical, Template
from tests.lifecycle.stack_resources import StackResources

if TYPE_CHECKING:
    from tests.lifecycle.cloudformation import CloudFormation
    from tests.lifecycle.request import Request

CLEANUP_TRIES = 3

Steps = Generator[None, None, bool]


class StackOperations(StackResources):
    """The steps of each operation; they go on by themselves as answers come."""

    def __init__(self, cloudformation: CloudFormation, name: str, number: int) -> None:
        super().__init__(cloudformation, name, number)
        #: Whether the rollback of a first deployment has the status of a deletion.
        self.hides_rollback = False
        #: Whether another resource of the stack is bound to fail in this operation.
        self.is_doomed = False
        self._steps: Steps | None = None
        self._has_sibling_failed = False
        self._is_one_by_one = False
        self._deletes_at_once = True

    def advance(self) -> None:
        """Go on with the operation as far as it gets."""
        if self._steps is not None:
            try:
                next(self._steps)
            except StopIteration:
                self._steps = None
                self.is_doomed = False

    def _start(self, steps: Steps) -> None:
        self._steps = steps
        self.advance()

    def _note_rollback(self) -> None:
        if not self.history[-1].endswith("ROLLBACK"):
            self.history.append("ROLLBACK")

    def _become(self, status: str) -> None:
        self.status = status
        self.cloudformation.on_status(self._itself)

    def _create(self, template: Template) -> Steps:
        self._become("CREATE_IN_PROGRESS")
        if (yield from self._go_forward(template)):
            self._become("CREATE_COMPLETE")
        elif self._keeps_failures:
            self._become("CREATE_FAILED")
        else:
            yield from self._roll_back_create()
        return True

    def _roll_back_create(self) -> Steps:
        self._note_rollback()
        kind = "DELETE" if self.hides_rollback else "ROLLBACK"
        self._become(f"{kind}_IN_PROGRESS")
        victims = [self._physical(resource) for resource in self.resources.values()]
        victims += [old for old, _ in self._replaced]
        done = yield from self._delete_all(victims)
        self._become(f"{kind}_COMPLETE" if done else f"{kind}_FAILED")
        return done

    def _update(self, template: Template) -> Steps:
        self._become("UPDATE_IN_PROGRESS")
        if not (yield from self._go_forward(template)):
            if self._keeps_failures:
                self._become("UPDATE_FAILED")
                return False
            return (yield from self._roll_back_update())
        self._become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        victims = []
        for old, is_retained in self._replaced:
            if is_retained:
                self.cloudformation.retained.append((self._itself, old))
            elif not self._is_current(old):
                victims.append(old)
        self._replaced.clear()
        for resource in [*self.resources.values()]:
            if resource.logical_id not in template:
                if resource.is_retained and resource.status != "CREATE_FAILED":
                    kept = self._physical(resource)
                    self.cloudformation.retained.append((self._itself, kept))
                    del self.resources[resource.logical_id]
                else:
                    victims.append(self._physical(resource))
                    self._remove(resource)
        yield from self._clean_up(victims)
        self._become("UPDATE_COMPLETE")
        return True

    def _roll_back_update(self) -> Steps:
        self._note_rollback()
        self._become("UPDATE_ROLLBACK_IN_PROGRESS")
        kept_ids = {
            (before.logical_id, before.physical_id) for before in self.restorable()
        }
        self._replaced = [
            (old, kept)
            for old, kept in self._replaced
            if (old.logical_id, old.physical_id) not in kept_ids
        ]
        requests, victims = [], []
        for logical_id, before in [*self._before.items()]:
            resource = self.resources[logical_id]
            if before is None:
                victims.append(self._physical(resource))
                self._remove(resource)
                del self._before[logical_id]
            else:
                declaration = Declaration(before.properties, before.is_retained)
                # Sent again with the same old properties when the rollback is continued.
                attempted = resource.properties
                requests.append(self._send_update(resource, declaration))
                resource.properties = attempted
        victims += [old for old, _ in self._replaced]
        self._replaced.clear()
        if self._deletes_at_once:
            requests += [self._send_delete(victim) for victim in victims]
        yield from _wait(requests)
        if self._deletes_at_once:
            failed = {r.logical_id for r in requests if not r.has_succeeded}
            victims = [victim for victim in victims if victim.logical_id in failed]
        for request in requests:
            if request.kind == "Update" and request.has_succeeded:
                before = self._before.pop(request.logical_id)
                assert before is not None
                self.resources[request.logical_id].properties = before.properties
        if self._before:
            # The new resources stay to be deleted by the rollback that is continued.
            self._replaced += [(victim, False) for victim in victims]
            self._become("UPDATE_ROLLBACK_FAILED")
            return False
        self._become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        # What a replacement had made, rolled back.
        victims += [old for old, _ in self._replaced if not self._is_current(old)]
        self._replaced.clear()
        yield from self._clean_up(victims)
        self._become("UPDATE_ROLLBACK_COMPLETE")
        return True

    def _delete(self) -> Steps:
        # What a rollback that failed should have gone back to is there as well.
        old_ones = [self._physical(before) for before in self.restorable()]
        self._before.clear()
        self._become("DELETE_IN_PROGRESS")
        old_ones += [old for old, _ in self._replaced if old not in old_ones]
        victims = [old for old in old_ones if not self._is_current(old)]
        for resource in [*self.resources.values()]:
            if resource.is_retained and resource.status != "CREATE_FAILED":
                kept = self._physical(resource)
                self.cloudformation.retained.append((self._itself, kept))
                del self.resources[resource.logical_id]
            else:
                victims.append(self._physical(resource))
        done = yield from self._delete_all(victims)
        self._become("DELETE_COMPLETE" if done else "DELETE_FAILED")
        return done

    def _go_forward(self, template: Template) -> Steps:
        changes = [
            (logical_id, declaration)
            for logical_id, declaration in template.items()
            if self._is_change(logical_id, declaration)
        ]
        waves = [[change] for change in changes] if self._is_one_by_one else [changes]
        requests: list[Request] = []
        for wave in waves:
            requests += [self._send_change(*change) for change in wave]
            while not all(request.is_over for request in requests):
                if self._is_failing(requests) and not self._keeps_failures:
                    break
                yield
            if self._is_failing(requests):
                self._cancel(requests)
                return False
        while self.is_doomed:
            yield
        return not self._has_sibling_failed

    def _is_change(self, logical_id: str, declaration: Declaration) -> bool:
        resource = self.resources.get(logical_id)
        if resource is None or resource.status.endswith("_FAILED"):
            return True
        if resource.properties != declaration.properties:
            return True
        resource.is_retained = declaration.is_retained
        return False

    def _is_failing(self, requests: list[Request]) -> bool:
        return self._has_sibling_failed or any(
            request.is_over and not request.has_succeeded for request in requests
        )

    def _delete_all(self, victims: list[Physical]) -> Steps:
        for victim in victims:
            if self._is_current(victim):
                self.resources[victim.logical_id].status = "DELETE_IN_PROGRESS"
        requests = [self._send_delete(victim) for victim in victims]
        yield from _wait(requests)
        left: list[tuple[Physical, bool]] = []
        for victim, request in zip(victims, requests, strict=True):
            is_resource = self._is_current(victim)
            if request.has_succeeded and is_resource:
                del self.resources[victim.logical_id]
            elif not request.has_succeeded and is_resource:
                self.resources[victim.logical_id].status = "DELETE_FAILED"
            elif not request.has_succeeded:
                left.append((victim, False))
        self._replaced = left
        return all(request.has_succeeded for request in requests)

    def _clean_up(self, victims: list[Physical]) -> Steps:
        for _ in range(CLEANUP_TRIES):
            requests = [self._send_delete(victim) for victim in victims]
            yield from _wait(requests)
            victims = [
                victim
                for victim, request in zip(victims, requests, strict=True)
                if not request.has_succeeded
            ]
        for victim in victims:
            self._going.pop(victim.logical_id, None)
            self.cloudformation.abandoned.append((self._itself, victim))
        return not victims

    @property
    def is_idle(self) -> bool:
        return self._steps is None


def _wait(requests: list[Request]) -> Generator[None]:
    while not all(request.is_over for request in requests):
        yield
