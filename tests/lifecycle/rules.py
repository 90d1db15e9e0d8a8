"""The rules of the lifecycle, each with the change to the handler that takes it out.

Without any one of them the model must find a broken promise: that is how we know that the
model looks where it should.
"""

import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from redshift_snapshot_share_handler import delivery
from redshift_snapshot_share_handler.authorization import Authorization
from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.lifecycle import Lifecycle
from redshift_snapshot_share_handler.retry import Retry
from redshift_snapshot_share_handler.revocation import Revocation
from tests.lifecycle import scenarios


@dataclass(frozen=True)
class Rule:
    """A rule of the handler.

    Attributes:
        text: What it says.
        shown_by: A scenario that needs it.
        owner: The class, or module, that keeps it.
        function: The function of that class.
        kept: The source that keeps it.
        broken: What stands there without it.
    """

    text: str
    shown_by: scenarios.Scenario
    owner: Any
    function: str
    kept: str
    broken: str

    @contextmanager
    def taken_out(self) -> Iterator[None]:
        """Let the handler run without the rule."""
        original = vars(self.owner)[self.function]
        source = textwrap.dedent(inspect.getsource(original))
        if self.kept not in source:
            raise AssertionError(f"the handler has changed: {self.kept!r} is gone")
        scope = dict(original.__globals__)
        exec(source.replace(self.kept, self.broken), scope)
        setattr(self.owner, self.function, scope[self.function])
        try:
            yield
        finally:
            setattr(self.owner, self.function, original)


RULES = (
    Rule(
        "Delete looks again after its claim is gone",
        scenarios.create_and_delete_beside_it,
        Revocation,
        "_release",
        "self._revoke_if_unclaimed()",
        "pass",
    ),
    Rule(
        "a revocation that has to be tried again looks again first",
        scenarios.delete_throttled_while_another_stack_creates,
        Retry,
        "call",
        "if not is_still_wanted():",
        "if False:",
    ),
    Rule(
        "Delete revokes before its claim goes",
        scenarios.unanswered_update_kept_and_stack_deleted,
        Revocation,
        "_release",
        """\
    if is_last and not is_left:
        self._services.redshift.revoke(snapshot, self._pair, ignoring_claim=key)
    self._services.redshift.remove_claim(snapshot, self._pair, key)
""",
        """\
    self._services.redshift.remove_claim(snapshot, self._pair, key)
    if is_last and not is_left:
        self._services.redshift.revoke(snapshot, self._pair, ignoring_claim=key)
""",
    ),
    Rule(
        "Delete revokes with the last claim only",
        scenarios.create_of_what_another_stack_shares_and_delete_beside_it,
        Revocation,
        "_release",
        "snapshot.has_unclaimed_access(account, ignoring_claim=key)",
        "snapshot.is_shared_with(account)",
    ),
    Rule(
        "adopted access stays when the stack rolls back",
        scenarios.adopting_create_and_delete_beside_it,
        Revocation,
        "_release",
        "is_left = ours.adopted and (",
        "is_left = False and (",
    ),
    Rule(
        "a stripped share is not revoked in a rollback",
        scenarios.adopting_update_and_reversed_update_beside_it,
        Revocation,
        "_release",
        "is_going_forward(self._services.stack.status())",
        "True",
    ),
    Rule(
        "a stripped share is revoked outside a rollback",
        scenarios.delete_of_a_stripped_share,
        Revocation,
        "_release",
        "is_going_forward(self._services.stack.status())",
        "False",
    ),
    Rule(
        "without a claim only an id of ours is revoked",
        scenarios.create_of_what_a_person_shared_and_delete_beside_it,
        Revocation,
        "_release",
        "is_last and is_named and",
        "is_last and",
    ),
    Rule(
        "a marked id stands for the claim of its own RequestId",
        scenarios.failure_kept_and_deployed_again,
        Lifecycle,
        "_delete",
        'request_id_of_failed_create(physical_resource_id) or ""',
        '""',
    ),
    Rule(
        "a FAILED Create answers with a marked id",
        scenarios.create_of_what_a_person_shared_and_delete_beside_it,
        delivery,
        "_id_of_failure",
        'return id_of_failed_create(str(event.get("RequestId", "")))',
        """\
properties = event["ResourceProperties"]
    account = properties["AccountWithRestoreAccess"]
    return f"{properties['SnapshotIdentifier']}/{account}"
""",
    ),
    Rule(
        "deleting a stack also releases what an unanswered Update made",
        scenarios.unanswered_update_kept_and_stack_deleted,
        Lifecycle,
        "_delete",
        "self._revocation(declared).release()",
        "pass",
    ),
    Rule(
        "a reversed Update releases what an unanswered Update made",
        scenarios.unanswered_update_whose_old_snapshot_is_gone,
        Lifecycle,
        "_update",
        "self._revocation(unanswered).release()",
        "pass",
    ),
    Rule(
        "a reversed Update releases before it does anything that may fail",
        scenarios.unanswered_update_whose_old_snapshot_is_gone,
        Lifecycle,
        "_update",
        "    if unanswered is not None",
        "    self._establish(current)\n    if unanswered is not None",
    ),
    Rule(
        "Update never revokes the pair that it replaces",
        scenarios.update_to_what_a_person_shared_and_reversed_update_beside_it,
        Lifecycle,
        "_update",
        "return self._establish(current)",
        """\
outcome = self._establish(current)
    if current is not None and current != new:
        self._revocation(current).release()
    return outcome
""",
    ),
    Rule(
        "claims are kept apart by stack",
        scenarios.create_of_what_another_stack_shares_and_delete_beside_it,
        Claimant,
        "key",
        "{self.stack_id}",
        "",
    ),
    Rule(
        "claims are kept apart by logical id",
        scenarios.rename,
        Claimant,
        "key",
        "{self.logical_resource_id}",
        "",
    ),
    Rule(
        "the claim is written before authorizing",
        scenarios.create,
        Authorization,
        "establish",
        """\
        self._write_claim(snapshot, ours, adopted=is_adopted)
        self._check_going_forward()
        if not is_shared:
            # Tried is enough: if the reply was lost, trying again says that it exists.
            self._has_authorized = True
            self._refusal = self._services.redshift.authorize(snapshot, self._pair)
""",
        """\
        if not is_shared:
            self._has_authorized = True
            self._refusal = self._services.redshift.authorize(snapshot, self._pair)
        self._write_claim(snapshot, ours, adopted=is_adopted)
        self._check_going_forward()
""",
    ),
    Rule(
        "the stack is looked at after claiming, before authorizing",
        scenarios.create_and_delete_beside_it,
        Authorization,
        "_check_going_forward",
        "status = self._services.stack.status()",
        "return",
    ),
    Rule(
        "the stack is looked at after claiming a snapshot in the making",
        scenarios.create_after_its_delete_while_another_stack_shares,
        Authorization,
        "_look_until_available",
        "self._check_going_forward()",
        "pass",
    ),
    Rule(
        "a claim that came too late is withdrawn",
        scenarios.create_and_delete_beside_it,
        Authorization,
        "_check_going_forward",
        "revocation.withdraw()",
        "pass",
    ),
    Rule(
        "a claim that came when all was over, and stands for no access, goes",
        scenarios.create_that_comes_when_its_stack_is_complete_again,
        Authorization,
        "_check_going_forward",
        "revocation.remove_idle_claim()",
        "pass",
    ),
    Rule(
        "an Update in place asks what the stack does before it claims",
        scenarios.update_in_place_after_a_rollback_beyond_its_pair,
        Authorization,
        "_begin",
        "if self._is_update and not self._status_at_start:",
        "if self._is_update and not (self._is_named or self._status_at_start):",
    ),
    Rule(
        "a slow duplicate withdraws nothing from a stack that went forward",
        scenarios.duplicate_create,
        Authorization,
        "_check_going_forward",
        "if self._is_undone(status):",
        "if True:",
    ),
    Rule(
        "Create and Update look again after authorizing",
        scenarios.create_and_delete_beside_it,
        Authorization,
        "establish",
        "self._services.redshift.authorize(snapshot, self._pair)",
        "self._services.redshift.authorize(snapshot, self._pair)\n            return snapshot",
    ),
    Rule(
        "whoever finds its claim gone gives way",
        scenarios.create_and_delete_beside_it,
        Authorization,
        "_look",
        "if self._has_claimed and self._our_claim(snapshot) is None:",
        "if False:",
    ),
    Rule(
        "whoever gives way revokes what it authorized",
        scenarios.create_and_delete_beside_it,
        Authorization,
        "_give_way",
        "self._has_authorized",
        "False",
    ),
    Rule(
        "an authorization whose reply was lost counts as its own",
        scenarios.create_overtaken_while_its_reply_is_lost,
        Authorization,
        "establish",
        """\
            self._has_authorized = True
            self._refusal = self._services.redshift.authorize(snapshot, self._pair)
""",
        """\
            self._refusal = self._services.redshift.authorize(snapshot, self._pair)
            self._has_authorized = self._refusal is None
""",
    ),
    Rule(
        "a Create writes its claim anew, with its RequestId",
        scenarios.create_that_failed_after_authorizing_kept_and_deployed_again,
        Authorization,
        "_is_enough",
        "return self._is_update or ours.request_id == self._services.claimant.request_id",
        "return True",
    ),
    Rule(
        "what a person shared is refused unless it is to be adopted",
        scenarios.create_of_what_a_person_shared_and_delete_beside_it,
        Authorization,
        "_adopts",
        "if not self._share.adopts_existing:",
        "if False:",
    ),
    Rule(
        "what a person shared is claimed as adopted",
        scenarios.adopting_create_and_delete_beside_it,
        Authorization,
        "_adopts",
        "return True",
        "return False",
    ),
    Rule(
        "an Update goes on only while the stack does what it did when it began",
        scenarios.adopting_update_and_reversed_update_beside_it,
        Authorization,
        "_is_forward",
        "return status == self._status_at_start",
        "return status in UPDATING",
    ),
    Rule(
        "an Update that begins in a rollback claims nothing new",
        scenarios.update_and_reversed_update_beside_it,
        Authorization,
        "_write_claim",
        "if ours is None and self._began_in_rollback:",
        "if False:",
    ),
    Rule(
        "an Update that begins in a rollback leaves access without a claim as it is",
        scenarios.replacement_rolled_back_to_a_stripped_share,
        Authorization,
        "establish",
        "if is_shared and ours is None and self._began_in_rollback:",
        "if False:",
    ),
    Rule(
        "a late Create does not touch the claim of another deployment",
        scenarios.create_that_runs_in_the_rollback_of_a_later_deployment,
        Authorization,
        "_write_claim",
        "if not self._is_update:",
        "if False:",
    ),
)
