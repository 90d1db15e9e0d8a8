"""A snapshot as one look shows it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from redshift_snapshot_share_handler.claim import Claim, claims_of

_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_CREATING = frozenset({"creating", "final snapshot"})


class Snapshot(NamedTuple):
    """A `Snapshot` structure of the Redshift API."""

    fields: Mapping[str, Any]
    arn: str

    @property
    def identifier(self) -> str:
        """The snapshot's identifier, as Redshift writes it."""
        return str(self.fields["SnapshotIdentifier"])

    @property
    def cluster_identifier(self) -> str:
        """The cluster that it was taken from."""
        return str(self.fields.get("ClusterIdentifier", ""))

    @property
    def snapshot_type(self) -> str:
        """`manual` or `automated`."""
        return str(self.fields.get("SnapshotType", "manual"))

    @property
    def status(self) -> str:
        """`creating`, `available`, `final snapshot`, `failed` and so on."""
        return str(self.fields.get("Status", ""))

    @property
    def age_rank(self) -> tuple[datetime, str]:
        """What sorts snapshots from the oldest to the newest; ties by name."""
        created = self.fields.get("SnapshotCreateTime") or _UNKNOWN_TIME
        # botocore hands a time without a zone on as it came; Redshift means UTC.
        utc = created if created.tzinfo else created.replace(tzinfo=UTC)
        return utc.astimezone(UTC), self.identifier

    @property
    def kms_key_id(self) -> str:
        """The KMS key that encrypts it; empty if it is not encrypted."""
        is_encrypted = self.fields.get("Encrypted", False)
        return str(self.fields.get("KmsKeyId") or "") if is_encrypted else ""

    @property
    def is_being_created(self) -> bool:
        """Whether waiting can make it available."""
        return self.status in _CREATING

    @property
    def is_available(self) -> bool:
        """Whether it can be shared."""
        return self.status == "available"

    @property
    def seconds_to_completion(self) -> int:
        """Redshift's estimate of the remaining time; 0 if there is none."""
        return max(0, int(self.fields.get("EstimatedSecondsToCompletion") or 0))

    @property
    def tags(self) -> Iterable[Mapping[str, str]]:
        """Its tags, including claims."""
        return self.fields.get("Tags") or ()

    def is_shared_with(self, account: str) -> bool:
        """Whether an account may restore it. AWS Support is named by its alias."""
        return any(
            account in (entry.get("AccountId"), entry.get("AccountAlias"))
            for entry in self.fields.get("AccountsWithRestoreAccess") or ()
        )

    def has_unclaimed_access(self, account: str, *, ignoring_claim: str = "") -> bool:
        """Whether an account has access that nobody claims.

        Args:
            account: The account.
            ignoring_claim: The key of a claim that does not count.
        """
        return self.is_shared_with(account) and not self.is_claimed(
            account, ignoring_claim=ignoring_claim
        )

    def is_claimed(self, account: str, *, ignoring_claim: str = "") -> bool:
        """Whether any resource claims a share of it for an account.

        Args:
            account: The account.
            ignoring_claim: The key of a claim that does not count.
        """
        return bool(self.claims(account).keys() - {ignoring_claim})

    def claims(self, account: str) -> dict[str, Claim]:
        """The claims on it for an account, by tag key."""
        return claims_of(account, self.tags)


def accounts_with_restore_access(fields: Mapping[str, Any]) -> list[str]:
    """The account ids and aliases in a `Snapshot` structure."""
    return [
        str(entry.get("AccountId") or entry.get("AccountAlias", ""))
        for entry in fields.get("AccountsWithRestoreAccess") or ()
    ]
