"""The account that calls, and the snapshots that it can name."""

from dataclasses import dataclass

from moto.redshift.exceptions import ClusterSnapshotNotFoundError

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.names import SnapshotArn, parse_snapshot_arn
from local_aws.redshift.service import Redshift
from local_aws.redshift.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Caller:
    """An account that calls Redshift in a Region.

    Args:
        redshift: The Redshift that is called.
        account: The account.
        region: The Region of the endpoint.
    """

    redshift: Redshift
    account: str
    region: str

    def snapshots_of(self, owner: str, identifier: str | None = None) -> list[Snapshot]:
        """List the snapshots of an account, or the one with an identifier."""
        holder = self.redshift.backends.get((owner, self.region))
        if holder is None:
            return []
        if identifier is None:
            return list(holder.snapshots.values())
        # By its key if possible, because model-based tests make this call very often.
        snapshot = holder.snapshots.get(identifier.lower())
        return [] if snapshot is None else [snapshot]

    def find_snapshot(
        self,
        identifier: str | None,
        arn: str | None,
        cluster_identifier: str | None,
        owner: str | None = None,
    ) -> Snapshot:
        """Find the snapshot that a request names.

        Args:
            identifier: Its identifier.
            arn: Its ARN, instead of the identifier.
            cluster_identifier: Its cluster. Default: any.
            owner: The account that owns it, for an identifier. Default: the caller.

        Raises:
            RedshiftError: If the request does not name exactly one.
            ClusterSnapshotNotFoundError: If there is none.
        """
        if (identifier is None) == (arn is None):
            raise not_exactly_one()
        named = (
            parse_snapshot_arn(arn)
            if arn
            else SnapshotArn(
                region=self.region,
                owner_account=owner or self.account,
                cluster_identifier=(cluster_identifier or "").lower(),
                snapshot_identifier=(identifier or "").lower(),
            )
        )
        for snapshot in self.snapshots_of(
            named.owner_account, named.snapshot_identifier
        ):
            if named.region == self.region and named.cluster_identifier in {
                "",
                snapshot.cluster_identifier,
            }:
                return snapshot
        raise ClusterSnapshotNotFoundError(arn or identifier)

    def find_own_snapshot(
        self,
        identifier: str | None,
        arn: str | None = None,
        cluster_identifier: str | None = None,
    ) -> Snapshot:
        """Find the snapshot that a request names, if only the owner may make that request.

        Raises:
            RedshiftError: If the request does not name exactly one, or names a snapshot of
                another account.
            ClusterSnapshotNotFoundError: If there is none.
        """
        snapshot = self.find_snapshot(identifier, arn, cluster_identifier)
        if snapshot.owner_account != self.account:
            raise RedshiftError(
                "AccessToSnapshotDenied", f"{snapshot.arn} is of another account"
            )
        return snapshot


def not_exactly_one() -> RedshiftError:
    """Refuse a request that does not name one snapshot."""
    return RedshiftError(
        "InvalidParameterValue",
        "Exactly one of SnapshotIdentifier and SnapshotArn must be given",
    )
