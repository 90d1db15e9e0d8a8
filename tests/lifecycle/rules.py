"""The rules of the lifecycle, each with the change to the handler that takes it out.

Without any one of them the model must find a broken promise: that is how we know that the
model looks where it should.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from redshift_snapshot_share_handler import current_request, exchange
from redshift_snapshot_share_handler.authorization import Authorization
from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.claiming import Claiming
from redshift_snapshot_share_handler.leftovers import Leftovers
from redshift_snapshot_share_handler.lifecycle import Lifecycle
from redshift_snapshot_share_handler.operation import Operation
from redshift_snapshot_share_handler.retry import Retry
from redshift_snapshot_share_handler.revocation import Revocation
from tests.lifecycle import scenarios
from tests.lifecycle.syntax_change import changed


@dataclass(frozen=True)
class Rule:
    """A rule of the handler.

    Attributes:
        text: What it says.
        shown_by: A scenario that needs it.
        owner: The class, or module, that keeps it.
        function: The function of that class.
        kept: The expression, or the statements, that keep it.
        broken: What stands there without it.
    """

    text: str
    shown_by: Callable[[Any], None]
    owner: Any
    function: str
    kept: str
    broken: str

    @contextmanager
    def taken_out(self) -> Iterator[None]:
        """Let the handler run without the rule."""
        original = vars(self.owner)[self.function]
        setattr(self.owner, self.function, changed(original, self.kept, self.broken))
        try:
            yield
        finally:
            setattr(self.owner, self.function, original)


RULES = (
    Rule(
        "Delete looks again after it has removed its claim",
        scenarios.create_and_delete_beside_it,
        Revocation,
        "_remove",
        "self._revoke_if_unclaimed()",
        "pass",
    ),
    Rule(
        "a revocation that must be tried again looks again first",
        scenarios.delete_throttled_while_another_stack_creates,
        Retry,
        "call",
        "not is_still_wanted()",
        "False",
    ),
    Rule(
        "Delete revokes before it removes its claim",
        scenarios.unanswered_update_kept_and_stack_deleted,
        Revocation,
        "_remove",
        "if not snapshot.is_claimed(account, ignoring_claim=self._key):\n    self._redshift.revoke(snapshot, self._pair, ignoring_claim=self._key)\nself._redshift.remove_claim(snapshot, self._pair, self._key)\n",
        "self._redshift.remove_claim(snapshot, self._pair, self._key)\nif not snapshot.is_claimed(account, ignoring_claim=self._key):\n    self._redshift.revoke(snapshot, self._pair, ignoring_claim=self._key)\n",
    ),
    Rule(
        "Delete revokes only with the last claim",
        scenarios.create_of_what_another_stack_shares_and_delete_beside_it,
        Revocation,
        "_remove",
        "not snapshot.is_claimed(account, ignoring_claim=self._key)",
        "True",
    ),
    Rule(
        "Delete revokes whether or not the access shows",
        scenarios.create_then_delete_while_accounts_show_late,
        Revocation,
        "_remove",
        "not snapshot.is_claimed(account, ignoring_claim=self._key)",
        "snapshot.has_unclaimed_access(account, ignoring_claim=self._key)",
    ),
    Rule(
        "Delete looks again for a claim that does not show",
        scenarios.crashed_create_and_delete_while_tags_show_late,
        Revocation,
        "_look_for_claim",
        "snapshot is None or ours or settling.is_over()",
        "True",
    ),
    Rule(
        "a rollback keeps adopted access",
        scenarios.adopting_create_and_delete_beside_it,
        Revocation,
        "_remove",
        "ours.adopted and takes_back",
        "False",
    ),
    Rule(
        "a stripped share is not revoked in a rollback",
        scenarios.adopting_update_and_reversed_update_beside_it,
        Revocation,
        "release",
        "self._is_removed_on_purpose()",
        "True",
    ),
    Rule(
        "a stripped share is revoked outside a rollback",
        scenarios.delete_of_a_stripped_share,
        Revocation,
        "release",
        "self._is_removed_on_purpose()",
        "False",
    ),
    Rule(
        "without a claim, Delete revokes only the pair that its id names",
        scenarios.stack_deleted_while_a_create_of_what_a_person_shared_is_unanswered,
        Revocation,
        "release",
        "is_current_pair and is_stripped and self._is_removed_on_purpose()",
        "is_stripped and self._is_removed_on_purpose()",
    ),
    Rule(
        "a Delete that its stack cannot have sent now does nothing",
        scenarios.delete_delivered_again_after_the_share_came_back,
        current_request,
        "check_deleting",
        'state.status.endswith("_IN_PROGRESS")',
        "True",
    ),
    Rule(
        "a marked id stands only for the claim of its own RequestId",
        scenarios.failure_kept_and_deployed_again,
        Lifecycle,
        "_release_pair",
        'create or ""',
        '""',
    ),
    Rule(
        "a FAILED Create responds with a marked id",
        scenarios.create_of_what_a_person_shared_and_delete_beside_it,
        exchange,
        "_id_of_failure",
        'return id_of_failed_create(str(event.get("RequestId", "")), may_have_written=services is not None and services.redshift.may_have_written)',
        'properties = event["ResourceProperties"]\naccount = properties["AccountWithRestoreAccess"]\nreturn f"{properties[\'SnapshotIdentifier\']}/{account}"\n',
    ),
    Rule(
        "a Delete releases the leftovers of its resource",
        scenarios.unanswered_update_kept_and_stack_deleted,
        Lifecycle,
        "_release",
        "partial(leftovers.release_on_delete, pair)",
        "partial(int)",
    ),
    Rule(
        "an Update releases the leftovers of its resource",
        scenarios.unanswered_update_whose_old_snapshot_is_gone,
        Lifecycle,
        "_update",
        "leftovers.release_on_update({pair for pair in (current, new) if pair})",
        "pass",
    ),
    Rule(
        "a late duplicate of an older Update releases nothing",
        scenarios.update_delivered_again_after_another_update,
        Leftovers,
        "release_on_update",
        "leftovers and current_request.is_current_update(self._request, self._services.stack)",
        "leftovers",
    ),
    Rule(
        "a late duplicate of an older Delete releases nothing",
        scenarios.cleanup_delivered_again_after_another_update,
        current_request,
        "find_kept_id",
        "if status not in REMOVING_SOME:\n    return None",
        "if status not in REMOVING_SOME:\n    return ''",
    ),
    Rule(
        "a Delete keeps the pair that the resource still has",
        scenarios.replacement,
        Leftovers,
        "_find_kept",
        "return None if kept is None else {kept}",
        "return set()",
    ),
    Rule(
        "the Delete of a Create that was deployed again keeps what the new Create claims",
        scenarios.create_that_never_responded_kept_and_deployed_again,
        Lifecycle,
        "_release_pair",
        "not self._is_successors(pair, named)",
        "True",
    ),
    Rule(
        "Update never revokes the pair that it replaces",
        scenarios.update_to_what_a_person_shared_and_reversed_update_beside_it,
        Lifecycle,
        "_update",
        "return self._establish(current, seen)",
        "outcome = self._establish(current, seen)\nif current is not None and current != new:\n    Revocation(current, self._services).release_leftover(None)\nreturn outcome\n",
    ),
    Rule(
        "each stack has claims of its own",
        scenarios.create_of_what_another_stack_shares_and_delete_beside_it,
        Claimant,
        "_hash_owner",
        'owner = f"{self.stack_id}\\n{self.logical_resource_id}"',
        "owner = self.logical_resource_id",
    ),
    Rule(
        "each logical id has claims of its own",
        scenarios.rename,
        Claimant,
        "_hash_owner",
        'owner = f"{self.stack_id}\\n{self.logical_resource_id}"',
        "owner = self.stack_id",
    ),
    Rule(
        "the claim is written before authorizing",
        scenarios.create,
        Authorization,
        "_claim_and_authorize",
        "self._operation.begin()",
        "self._operation.begin()\nif not is_shared:\n    self._has_authorized = True\n    self._redshift.authorize(snapshot, self._pair, is_still_wanted=lambda: True)\n",
    ),
    Rule(
        "the stack's status is asked for after claiming and before authorizing",
        scenarios.create_and_delete_beside_it,
        Claiming,
        "check_wanted",
        "standing = self._operation.ask()",
        "return",
    ),
    Rule(
        "the stack's status is asked for after claiming a snapshot that is being created",
        scenarios.create_after_its_delete_while_another_stack_shares,
        Authorization,
        "_look_until_available",
        "self._check_wanted()",
        "pass",
    ),
    Rule(
        "a claim that was written too late is withdrawn",
        scenarios.create_and_delete_beside_it,
        Claiming,
        "check_wanted",
        "revocation.withdraw(has_authorized=has_authorized)",
        "pass",
    ),
    Rule(
        "a claim that is written after the operation, and stands for no access, is removed",
        scenarios.create_that_comes_when_its_stack_is_complete_again,
        Claiming,
        "check_wanted",
        "revocation.remove_idle_claim()",
        "pass",
    ),
    Rule(
        "an Update in place asks for the stack's status before it claims",
        scenarios.update_in_place_after_a_rollback_beyond_its_pair,
        Operation,
        "begin",
        "self._is_update and self._remember_status() not in UPDATING",
        "self._is_update and not self._is_current_pair and self._remember_status() not in UPDATING",
    ),
    Rule(
        "a slow duplicate withdraws nothing from a stack that has moved forward",
        scenarios.duplicate_create,
        Claiming,
        "check_wanted",
        "standing.is_undone",
        "True",
    ),
    Rule(
        "Create and Update look again after authorizing",
        scenarios.create_and_delete_beside_it,
        Authorization,
        "establish",
        "self._claim_and_authorize(snapshot)",
        "self._claim_and_authorize(snapshot)\nreturn snapshot",
    ),
    Rule(
        "a run that finds its claim gone gives way",
        scenarios.create_and_delete_beside_it,
        Authorization,
        "_may_show_late",
        "self._give_way(snapshot)",
        "pass",
    ),
    Rule(
        "a run that gives way revokes what it authorized",
        scenarios.create_and_delete_beside_it,
        Authorization,
        "_give_way",
        "is_ours = self._has_authorized and not (written and written.adopted)",
        "is_ours = False",
    ),
    Rule(
        "an authorization whose reply was lost counts as the run's own",
        scenarios.create_overtaken_while_its_reply_is_lost,
        Authorization,
        "_claim_and_authorize",
        "self._has_authorized = True",
        "pass",
    ),
    Rule(
        "a Create writes its claim again, with its RequestId",
        scenarios.create_that_failed_after_authorizing_kept_and_deployed_again,
        Claiming,
        "is_enough",
        "return self._takes_older_claim and not ours.retained",
        "return True",
    ),
    Rule(
        "access that a person granted is refused unless it may be adopted",
        scenarios.create_of_what_a_person_shared_and_delete_beside_it,
        Claiming,
        "_is_adopted",
        "not self._share.adopts_existing",
        "False",
    ),
    Rule(
        "access that a person granted is claimed as adopted",
        scenarios.adopting_create_and_delete_beside_it,
        Claiming,
        "_is_adopted",
        "return True",
        "return False",
    ),
    Rule(
        "an Update continues only while the stack is doing what it did when the Update began",
        scenarios.adopting_update_and_reversed_update_beside_it,
        Operation,
        "_is_wanted",
        "return status == self._status_at_start",
        "return status in UPDATING",
    ),
    Rule(
        "an Update that begins during a rollback claims nothing new",
        scenarios.update_and_reversed_update_beside_it,
        Claiming,
        "_compose",
        "self._operation.is_reversed",
        "False",
    ),
    Rule(
        "an Update that begins during a rollback leaves access without a claim as it is",
        scenarios.replacement_rolled_back_to_a_stripped_share,
        Authorization,
        "_is_settled",
        "is_shared and ours is None and not self._is_current_pair and self._operation.goes_back()",
        "False",
    ),
    Rule(
        "a late Create does not change the claim of another deployment",
        scenarios.create_that_runs_in_the_rollback_of_a_later_deployment,
        Claiming,
        "write",
        "ours is not None and ours.request_id != claim.request_id",
        "False",
    ),
)
