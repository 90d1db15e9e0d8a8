"""What Redshift refuses beside authorizations, and what its responses carry."""

from verify_aws.question import Question, Seen, outcome_of
from verify_aws.site import Site


def ask_revoke_absent(site: Site) -> Seen:
    """Take away access that is not there."""
    [account] = site.accounts()
    snapshot = site.plain_snapshot()
    return outcome_of(
        lambda: site.redshift.revoke_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
        )
    )


def ask_delete_shared(site: Site) -> Seen:
    """Delete a snapshot that is shared."""
    [account] = site.accounts()
    snapshot = site.available_snapshot("deleted-while-shared")
    site.redshift.authorize_snapshot_access(
        SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
    )
    return outcome_of(
        lambda: site.redshift.delete_cluster_snapshot(SnapshotIdentifier=snapshot)
    )


def ask_response(site: Site) -> Seen:
    """Look at what AuthorizeSnapshotAccess responds with."""
    [account] = site.accounts()
    snapshot = site.redshift.authorize_snapshot_access(
        SnapshotIdentifier=site.plain_snapshot(), AccountWithRestoreAccess=account
    )["Snapshot"]
    accounts = [
        entry.get("AccountId")
        for entry in snapshot.get("AccountsWithRestoreAccess") or ()
    ]
    parts = [
        *(["tags"] if snapshot.get("Tags") else []),
        *(["account"] if account in accounts else []),
    ]
    return Seen(", ".join(parts) or "neither")


QUESTIONS = (
    Question(
        "revoke-absent",
        "What does Redshift respond if access is revoked that an account does not have?",
        "AuthorizationNotFound",
        "A Delete fails if somebody revoked the access by hand, and the stack is stuck.",
        ask_revoke_absent,
    ),
    Question(
        "delete-while-shared",
        "What does Redshift respond if a snapshot is deleted that is shared?",
        "InvalidClusterSnapshotState",
        "Nothing. The function deletes no snapshots.",
        ask_delete_shared,
    ),
    Question(
        "tags-in-authorize",
        "Does the response of AuthorizeSnapshotAccess carry the tags and the account?",
        "tags, account",
        "Nothing. The function calls DescribeClusterSnapshots in any case.",
        ask_response,
    ),
)
