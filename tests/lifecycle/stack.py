"""A stack of the CloudFormation double: its operations, and what they send."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from typing import TYPE_CHECKING, Any

from tests.lifecycle.request import InvalidAnswerError, Request
from tests.lifecycle.resource import (
    Declaration,
    Known,
    Physical,
    Resource,
    Template,
)

if TYPE_CHECKING:
    from tests.lifecycle.cloudformation import CloudFormation

ACCOUNT = "111111111111"
REGION = "us-east-1"
CLEANUP_TRIES = 3

GREEN = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
_UPDATABLE = GREEN | {"CREATE_FAILED", "UPDATE_FAILED"}
_ROLLING_BACK = frozenset(
    {
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    }
)

Steps = Generator[None, None, bool]


class Stack:
    """A stack; its operations go on by themselves as answers come.

    Args:
        cloudformation: What it is part of.
        name: Its name.
        number: Makes its StackId its own.
    """

    def __init__(self, cloudformation: CloudFormation, name: str, number: int) -> None:
        self.name = name
        self.stack_id = (
            f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/"
            f"00000000-0000-4000-8000-{number:012x}"
        )
        self.status = "REVIEW_IN_PROGRESS"
        self.resources: dict[str, Resource] = {}
        self.requests: list[Request] = []
        self.operations = 0
        #: The operations by DescribeStacks' names, oldest first.
        self.history: list[str] = []
        #: What is remembered of a replacement that is refused because rollback is disabled,
        #: with the old id: `new` or `old` properties. Default: none is refused.
        self.refused_remembers = ""
        #: Whether the rollback of a first deployment has the status of a deletion.
        self.hides_rollback = False
        #: What responses named, and CloudFormation did not take note of.
        self.unnoticed: list[Physical] = []
        #: Whether another resource of the stack is bound to fail in this operation.
        self.is_doomed = False
        self.cloudformation = cloudformation
        self._steps: Steps | None = None
        self._has_sibling_failed = False
        self._keeps_failures = False
        self._is_one_by_one = False
        self._deletes_at_once = True
        # What a rollback brings back; None for what it deletes.
        self._before: dict[str, Resource | None] = {}
        self._replaced: list[tuple[Physical, bool]] = []
        # By logical id: no longer among the resources, and not deleted yet.
        self._going: dict[str, Known] = {}

    def __repr__(self) -> str:
        return f"{self.name}#{self.stack_id[-2:]}"

    @property
    def is_idle(self) -> bool:
        return self._steps is None

    @property
    def is_green(self) -> bool:
        return self.status in GREEN

    @property
    def is_rolling_back(self) -> bool:
        return self.status in _ROLLING_BACK or (
            self.status == "DELETE_IN_PROGRESS" and self.history[-1] == "ROLLBACK"
        )

    def restorable(self) -> list[Resource]:
        """What a rollback, of this operation or of the last, would bring back."""
        if self.is_green or "CLEANUP" in self.status or "DELETE" in self.status:
            return []
        return [before for before in self._before.values() if before is not None]

    def leftovers(self) -> list[Physical]:
        """What is still to be deleted besides the resources."""
        return [old for old, _ in self._replaced]

    def known_resource(self, logical_id: str) -> Known | None:
        """A resource as CloudFormation knows it now; None if it is gone."""
        resource = self.resources.get(logical_id)
        if resource is None:
            return self._going.get(logical_id)
        if resource.status == "DELETE_COMPLETE":
            return None
        return Known(resource.physical_id, resource.status)

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

    def get_att(self, logical_id: str, name: str) -> str:
        """What Fn::GetAtt gives.

        Raises:
            InvalidAnswerError: If the answer did not have it.
        """
        attributes = self.resources[logical_id].attributes
        if name not in attributes:
            raise InvalidAnswerError(f"Vendor response doesn't contain {name}")
        return attributes[name]

    def take_answer(self, request: Request) -> None:
        """Note what an answer says of the resource."""
        answer, resource = request.answer, self.resources.get(request.logical_id)
        assert answer is not None
        if resource is None:
            if request.kind == "Delete" and request.has_succeeded:
                self._forget(request)
            return
        if request.kind == "Delete":
            if request.has_succeeded and resource.status == "DELETE_IN_PROGRESS":
                resource.status = "DELETE_COMPLETE"
            return
        physical_id = answer["PhysicalResourceId"]
        if not request.has_succeeded:
            resource.status = f"{request.kind.upper()}_FAILED"
            resource.physical_id = physical_id
            return
        self.unnoticed = [
            physical
            for physical in self.unnoticed
            if physical.logical_id != request.logical_id
        ]
        if request.kind == "Update" and physical_id != resource.physical_id:
            if self._refuses_replacement:
                self._refuse_replacement(request, resource, physical_id)
                return
            old = Physical(
                resource.logical_id,
                resource.physical_id,
                request.event["OldResourceProperties"],
            )
            self._replaced.append((old, resource.is_retained))
        resource.status = f"{request.kind.upper()}_COMPLETE"
        resource.physical_id = physical_id
        resource.attributes = answer.get("Data", {})

    @property
    def _refuses_replacement(self) -> bool:
        return bool(self.refused_remembers) and (
            self._keeps_failures and self.status == "UPDATE_IN_PROGRESS"
        )

    def _refuse_replacement(
        self, request: Request, resource: Resource, physical_id: str
    ) -> None:
        """Let the Update fail, though the function has responded with SUCCESS."""
        properties = request.event["ResourceProperties"]
        self.unnoticed.append(Physical(resource.logical_id, physical_id, properties))
        resource.status = "UPDATE_FAILED"
        request.is_refused = True
        if self.refused_remembers == "old":
            resource.properties = _declared(request.event["OldResourceProperties"])

    def _forget(self, request: Request) -> None:
        going = self._going.get(request.logical_id)
        deleted = request.event["PhysicalResourceId"]
        if going is not None and going.physical_id in {"", deleted}:
            del self._going[request.logical_id]

    def advance(self) -> None:
        """Go on with the operation as far as it gets."""
        if self._steps is not None:
            try:
                next(self._steps)
            except StopIteration:
                self._steps = None
                self.is_doomed = False

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

    def _start(self, steps: Steps) -> None:
        self._steps = steps
        self.advance()

    def _note_rollback(self) -> None:
        if not self.history[-1].endswith("ROLLBACK"):
            self.history.append("ROLLBACK")

    def _become(self, status: str) -> None:
        self.status = status
        self.cloudformation.on_status(self)

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
                self.cloudformation.retained.append((self, old))
            elif not self._is_current(old):
                victims.append(old)
        self._replaced.clear()
        for resource in [*self.resources.values()]:
            if resource.logical_id not in template:
                if resource.is_retained and resource.status != "CREATE_FAILED":
                    kept = self._physical(resource)
                    self.cloudformation.retained.append((self, kept))
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
                self.cloudformation.retained.append((self, kept))
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

    def _cancel(self, requests: list[Request]) -> None:
        for request in requests:
            if not request.is_over:
                request.has_expired = True
                self.resources[
                    request.logical_id
                ].status = f"{request.kind.upper()}_FAILED"

    def _send_change(self, logical_id: str, declaration: Declaration) -> Request:
        resource = self.resources.get(logical_id)
        if resource is not None and resource.status != "CREATE_FAILED":
            self._before.setdefault(
                logical_id,
                Resource(**{**vars(resource), "attributes": {}}),
            )
            return self._send_update(resource, declaration)
        if resource is not None:
            # Rollback was disabled: the failed one goes after its successor has come.
            self._replaced.append((self._physical(resource), False))
        self._before.setdefault(logical_id, None)
        self.resources[logical_id] = Resource(
            logical_id, declaration.properties, declaration.is_retained
        )
        return self._send("Create", logical_id, declaration.properties)

    def _send_update(self, resource: Resource, declaration: Declaration) -> Request:
        old, resource.properties = resource.properties, declaration.properties
        resource.is_retained = declaration.is_retained
        resource.status = "UPDATE_IN_PROGRESS"
        return self._send(
            "Update",
            resource.logical_id,
            declaration.properties,
            PhysicalResourceId=resource.physical_id,
            OldResourceProperties=old,
        )

    def _send_delete(self, victim: Physical) -> Request:
        return self._send(
            "Delete",
            victim.logical_id,
            victim.properties,
            PhysicalResourceId=victim.physical_id,
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
            self.cloudformation.abandoned.append((self, victim))
        return not victims

    def _remove(self, resource: Resource) -> None:
        """Take a resource out of the stack; its Delete is still to be sent."""
        del self.resources[resource.logical_id]
        self._going[resource.logical_id] = Known(
            resource.physical_id, "DELETE_IN_PROGRESS"
        )

    def _physical(self, resource: Resource) -> Physical:
        invented = f"{self.name}-{resource.logical_id}-1ABCDEFGHIJKL"
        return Physical(
            resource.logical_id, resource.physical_id or invented, resource.properties
        )

    def _is_current(self, physical: Physical) -> bool:
        resource = self.resources.get(physical.logical_id)
        return (
            resource is not None
            and physical.physical_id == self._physical(resource).physical_id
        )

    def _send(
        self,
        kind: str,
        logical_id: str,
        properties: Mapping[str, Any],
        **more: Any,
    ) -> Request:
        number = next(self.cloudformation.numbers)
        if "OldResourceProperties" in more:
            more["OldResourceProperties"] = _sent(more["OldResourceProperties"])
        event = {
            "RequestType": kind,
            "ResponseURL": f"https://cloudformation-custom-resource-response.test/{number}",
            "StackId": self.stack_id,
            "RequestId": f"00000000-0000-4000-9000-{number:012x}",
            "ResourceType": "Custom::RedshiftSnapshotShare",
            "LogicalResourceId": logical_id,
            "ResourceProperties": _sent(properties),
            **more,
        }
        request = Request(self, event, self.operations)
        self.requests.append(request)
        self.cloudformation.register(request)
        return request


def _sent(properties: Mapping[str, Any]) -> dict[str, Any]:
    token = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:share"
    return {"ServiceToken": token, "ServiceTimeout": "960", **properties}


def _declared(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What a template declares of the properties that were sent."""
    return {name: sent[name] for name in sent if not name.startswith("Service")}


def _wait(requests: list[Request]) -> Generator[None]:
    while not all(request.is_over for request in requests):
        yield
