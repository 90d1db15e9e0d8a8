"""The rules for clusters, each with the change to the handler that takes it out.

Without any one of them the model must find a broken promise. This shows that the model
looks where it should.
"""

from redshift_snapshot_share_handler import cluster_removal, current_request, upkeep
from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.claims import Claims
from redshift_snapshot_share_handler.cluster_lifecycle import ClusterLifecycle
from redshift_snapshot_share_handler.cluster_release import ClusterRelease
from redshift_snapshot_share_handler.cluster_run import ClusterRun
from redshift_snapshot_share_handler.releasing import Releasing
from redshift_snapshot_share_handler.sharing import Sharing
from tests.cluster_lifecycle import scenarios
from tests.lifecycle.rules import Rule

RULES = (
    Rule(
        "a run asks whether its declaration stands after it has claimed",
        scenarios.run_and_delete_beside_it,
        Sharing,
        "share",
        "self.check_wanted()",
        "pass",
    ),
    Rule(
        "a run that is not wanted takes its claims back",
        scenarios.run_and_delete_beside_it,
        upkeep,
        "_put_right",
        "run.withdraw()",
        "pass",
    ),
    Rule(
        "a run looks again after it has authorized",
        scenarios.run_and_delete_beside_it,
        ClusterRun,
        "_share_once",
        "return bool(to_share) or is_late",
        "return False",
    ),
    Rule(
        "a run whose claim is gone revokes what it authorized",
        scenarios.run_and_delete_beside_it,
        Sharing,
        "give_way",
        "self._redshift.revoke(snapshot, pair, ignoring_claim=claim.key)",
        "pass",
    ),
    Rule(
        "a run whose snapshot is no longer wanted gives way as well",
        scenarios.snapshot_comes_again_and_is_no_longer_wanted,
        ClusterRun,
        "_share_once",
        "self._give_way()",
        "False",
    ),
    Rule(
        "a run takes old claims back only if its declaration stands",
        scenarios.late_run_of_a_retained_declaration,
        ClusterRun,
        "release_old",
        "self._sharing.check_wanted()",
        "pass",
    ),
    Rule(
        "claims of declarations are kept apart",
        scenarios.replacement,
        Claimant,
        "_hash_owner",
        "if self.digest:\n    owner += f'\\n{self.digest}'",
        "pass",
    ),
    Rule(
        "a claim is taken back with its access only if nobody else claims",
        scenarios.one_of_two_lets_go,
        Releasing,
        "_revoke",
        "not snapshot.is_claimed(pair.account, ignoring_claim=claim.key)",
        "True",
    ),
    Rule(
        "who takes a claim back looks again for access that nobody claims",
        scenarios.two_that_let_go_at_once,
        Releasing,
        "_find_strays",
        "snapshot.has_unclaimed_access(pair.account)",
        "False",
    ),
    Rule(
        "a Delete waits for claims that show late",
        scenarios.run_claims_while_tags_show_late,
        Releasing,
        "release",
        "is_thorough and not begun.is_over()",
        "False",
    ),
    Rule(
        "adopted access stays when the stack rolls back",
        scenarios.adopting_create_rolled_back,
        Releasing,
        "_take_back_one",
        "(one.claim.adopted and self._undoes) or self._revoke(one)",
        "self._revoke(one)",
    ),
    Rule(
        "retained access that was found again stays when the stack rolls back",
        scenarios.retained_comes_back_and_rolls_back,
        Releasing,
        "_stays",
        "self._undoes and claim.adopted and claim.retained",
        "False",
    ),
    Rule(
        "retained access that is found again is claimed as adopted",
        scenarios.retained_comes_back_and_rolls_back,
        Claims,
        "_is_adopted",
        "return ours.adopted or ours.retained",
        "return ours.adopted",
    ),
    Rule(
        "a Create delivered again keeps the claims of runs",
        scenarios.duplicate_of_a_create_after_a_run,
        ClusterLifecycle,
        "_run",
        "lambda: self._is_declared(declared.id)",
        "lambda: False",
    ),
    Rule(
        "an Update releases the leftovers of its resource",
        scenarios.unanswered_update,
        ClusterLifecycle,
        "_update",
        "old not in (declared.digest, self._named.digest if self._named else '')",
        "False",
    ),
    Rule(
        "an Update in a rollback grants nothing and cannot fail",
        scenarios.rollback_to_what_cannot_be_shared_any_more,
        ClusterLifecycle,
        "_update",
        "operation.goes_back()",
        "False",
    ),
    Rule(
        "a Delete releases the leftovers of its resource",
        scenarios.unanswered_update_kept_and_stack_deleted,
        cluster_removal,
        "_release",
        "declared != deleted",
        "False",
    ),
    Rule(
        "a late duplicate of an older Update releases nothing",
        scenarios.update_delivered_again_after_another_update,
        ClusterRelease,
        "release_leftovers",
        "if not self._is_certain_leftover(digest):\n    raise NotOursError",
        "pass",
    ),
    Rule(
        "a late duplicate of an older Delete releases nothing",
        scenarios.cleanup_delivered_again_after_going_back,
        current_request,
        "check_deleting",
        "state.status.endswith('_IN_PROGRESS')",
        "True",
    ),
    Rule(
        "a marked id stands for the claims of its own RequestId",
        scenarios.failure_kept_and_deployed_again,
        cluster_removal,
        "_release",
        "request_id_of_failed_create(physical_resource_id) or ''",
        "''",
    ),
    Rule(
        "a Create that was deployed again keeps what its successor claims",
        scenarios.create_that_never_responded_kept_and_deployed_again,
        cluster_removal,
        "_is_successors",
        "successor is not None and successor.digest == digest",
        "False",
    ),
)
