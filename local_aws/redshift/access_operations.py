"""The operations of Redshift's API that grant access to a snapshot, and revoke it."""

from typing import Any

from local_aws.redshift import descriptions
from local_aws.redshift.assumptions import follow
from local_aws.redshift.authorizations import authorize, check_account, revoke
from local_aws.redshift.caller import Caller
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.service import Redshift
from local_aws.redshift.snapshots import Snapshot

_PARTS_OF_RESPONSE = {"tags": "Tags", "account": "AccountsWithRestoreAccess"}


class AccessOperations:
    """Who may restore the snapshots of an account in a Region."""

    redshift: Redshift
    caller: Caller

    def authorize_snapshot_access(
        self,
        *,
        account_with_restore_access: str,
        snapshot_identifier: str | None = None,
        snapshot_arn: str | None = None,
        snapshot_cluster_identifier: str | None = None,
    ) -> dict[str, Any]:
        """Let another account restore a snapshot."""
        assumptions = self.redshift.assumptions
        if snapshot_identifier and snapshot_arn:
            follow(assumptions.authorize_both_names, "Give one of the two names")
            snapshot_identifier = None
        snapshot = self.caller.find_own_snapshot(
            snapshot_identifier, snapshot_arn, snapshot_cluster_identifier
        )
        check_account(account_with_restore_access, snapshot.owner_account, assumptions)
        if snapshot.status(self.redshift.clock()) == "creating":
            follow(
                assumptions.authorize_while_creating,
                f"The snapshot {snapshot.snapshot_identifier} is creating",
            )
        else:
            self.check_available(snapshot)
        authorize(self.redshift, snapshot, account_with_restore_access)
        described = self._describe(snapshot)
        for part, name in _PARTS_OF_RESPONSE.items():
            if part not in assumptions.tags_in_authorize:
                described.pop(name, None)
        return {"Snapshot": described}

    def revoke_snapshot_access(
        self,
        *,
        account_with_restore_access: str,
        snapshot_identifier: str | None = None,
        snapshot_arn: str | None = None,
        snapshot_cluster_identifier: str | None = None,
    ) -> dict[str, Any]:
        """Let another account no longer restore a snapshot."""
        snapshot = self.caller.find_own_snapshot(
            snapshot_identifier, snapshot_arn, snapshot_cluster_identifier
        )
        check_account(
            account_with_restore_access,
            snapshot.owner_account,
            self.redshift.assumptions,
        )
        revoke(self.redshift, snapshot, account_with_restore_access)
        return {"Snapshot": self._describe(snapshot)}

    def check_available(self, snapshot: Snapshot) -> None:
        """Refuse what only an available snapshot allows."""
        status = snapshot.status(self.redshift.clock())
        if status != "available":
            raise RedshiftError(
                "InvalidClusterSnapshotState",
                f"The snapshot {snapshot.snapshot_identifier} is {status}",
            )

    def _describe(self, snapshot: Snapshot) -> dict[str, Any]:
        return descriptions.describe(self.caller, snapshot)
