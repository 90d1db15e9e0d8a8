"""Reads snapshots and the accounts that have access, page by page."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Self

from botocore.exceptions import ClientError

_NOT_FOUND = frozenset({"ClusterSnapshotNotFound", "ClusterSnapshotNotFoundFault"})
# The most that Redshift returns in one page.
_PAGE = 100


class Grantee(NamedTuple):
    """An account with restore access; AWS Support is known by an alias."""

    account_id: str
    alias: str = ""

    @property
    def name(self) -> str:
        """The grantee's name in the report."""
        return self.alias or self.account_id


class Snapshot(NamedTuple):
    """The part of the Redshift API's `Snapshot` structure that the audit needs."""

    identifier: str
    cluster: str
    kms_key_id: str
    grantees: tuple[Grantee, ...]
    tags: tuple[Mapping[str, str], ...]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """Read the structure."""
        return cls(
            identifier=fields["SnapshotIdentifier"],
            cluster=fields.get("ClusterIdentifier", ""),
            kms_key_id=fields.get("KmsKeyId") or "",
            grantees=tuple(
                Grantee(entry.get("AccountId", ""), entry.get("AccountAlias", ""))
                for entry in fields.get("AccountsWithRestoreAccess") or ()
            ),
            tags=tuple(fields.get("Tags") or ()),
        )


class Scope(NamedTuple):
    """The snapshots to audit; empty = all."""

    snapshots: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The names of all snapshots and clusters in the scope."""
        return frozenset(self.snapshots + self.clusters)

    def covers(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot is in the scope."""
        return self.covers_name(snapshot.identifier) and (
            not self.clusters or snapshot.cluster in self.clusters
        )

    def covers_name(self, identifier: str) -> bool:
        """Whether a snapshot of that name may be in the scope."""
        return not self.snapshots or identifier in self.snapshots


class Snapshots:
    """The snapshots that an account owns in a Region."""

    def __init__(self, redshift: Any, owner_account: str) -> None:
        """Set the client and the account.

        Args:
            redshift: A boto3 client.
            owner_account: The account. Snapshots that others share with it are not read.
        """
        self._redshift = redshift
        self._owner_account = owner_account

    def read(self, scope: Scope) -> Iterator[Snapshot]:
        """Read the snapshots, one page at a time.

        A scope of clusters is not applied here, because the caller also needs the other
        snapshots.
        """
        if scope.snapshots:
            for name in scope.snapshots:
                found = self.find(name)
                if found is not None:
                    yield found
        else:
            yield from self._pages()

    def find(self, identifier: str) -> Snapshot | None:
        """Look at one snapshot; None if there is none of that name."""
        try:
            return next(self._pages(SnapshotIdentifier=identifier), None)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_FOUND:
                return None
            raise

    def _pages(self, **parameters: str) -> Iterator[Snapshot]:
        pages = self._redshift.get_paginator("describe_cluster_snapshots").paginate(
            OwnerAccount=self._owner_account,
            PaginationConfig={"PageSize": _PAGE},
            **parameters,
        )
        for page in pages:
            for fields in page.get("Snapshots", ()):
                if fields.get("OwnerAccount", self._owner_account) == (
                    self._owner_account
                ):
                    yield Snapshot.of(fields)
