"""What the shares of a stack's clusters must agree on."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from cdk_redshift_snapshot_share._private.tokens import describe
from redshift_snapshot_share_handler.contract import MAX_ACCOUNTS_PER_SNAPSHOT

# Redshift's quota of tags per resource. Each account takes one tag per declaration.
_MAX_TAGS = 50


class MatchingSnapshots(NamedTuple):
    """The snapshots that a declaration is about."""

    cluster_identifier: str
    """Cluster they were taken from, or a token for it."""

    prefix: str | None
    """What their identifiers begin with; none if that does not matter."""

    def describe(self) -> str:
        """Write it for people."""
        cluster = f"the snapshots of cluster {describe(self.cluster_identifier)}"
        if self.prefix is None:
            return cluster
        return f"{cluster} that begin with {describe(self.prefix)}"


class StackClusters:
    """Who may restore which clusters' snapshots, by all declarations of one stack.

    Two declarations about the same snapshots share the newest of them both. So whatever
    exceeds a quota of Redshift fails at every run.
    """

    def __init__(self) -> None:
        self._accounts: defaultdict[MatchingSnapshots, list[str]] = defaultdict(list)

    def check(self, snapshots: MatchingSnapshots, accounts: Sequence[str]) -> None:
        """Check that snapshots can be shared with more accounts.

        Raises:
            ValueError: If there are too many accounts, or no room for their tags.
        """
        declared = [*self._accounts[snapshots], *accounts]
        distinct = len(set(declared))
        if distinct > MAX_ACCOUNTS_PER_SNAPSHOT:
            raise ValueError(
                f"{snapshots.describe()} can be shared with at most "
                f"{MAX_ACCOUNTS_PER_SNAPSHOT} accounts, got {distinct} in this stack; share "
                "another cluster's snapshots with the others, or snapshots with another "
                "snapshot_identifier_prefix"
            )
        if len(declared) > _MAX_TAGS:
            raise ValueError(
                f"{snapshots.describe()} have room for at most {_MAX_TAGS} tags each, and "
                f"this stack's declarations need {len(declared)}, one per account; declare "
                "each account once"
            )

    def add(self, snapshots: MatchingSnapshots, accounts: Sequence[str]) -> None:
        """Add a declaration that there is room for."""
        self._accounts[snapshots] += accounts
