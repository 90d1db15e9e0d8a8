"""What encryption changes."""

from verify_aws.question import ACCEPTED, Question, Seen, outcome_of
from verify_aws.site import Site

_NO_KEY = "not encrypted"


def ask_default(site: Site) -> Seen:
    """Look at a snapshot of a cluster that is created without encryption settings."""
    snapshot = site.describe(
        site.available_snapshot("default-encryption", site.own_cluster("plain"))
    )
    if not snapshot["Encrypted"]:
        return Seen(_NO_KEY)
    key = snapshot.get("KmsKeyId")
    return Seen("encrypted, a key is named" if key else "encrypted, no key is named")


def ask_aws_managed(site: Site) -> Seen:
    """Give access to a snapshot whose key AWS manages."""
    accounts = site.accounts()
    cluster = site.own_cluster("aws-key", Encrypted=True)
    name = site.available_snapshot("aws-key", cluster)
    return outcome_of(
        lambda: site.redshift.authorize_snapshot_access(
            SnapshotIdentifier=name, AccountWithRestoreAccess=accounts[0]
        )
    )


QUESTIONS = (
    Question(
        "default-encryption",
        "Does Redshift encrypt a cluster that is created without encryption settings, and "
        "does its snapshot name the key?",
        _NO_KEY,
        "The example does not work with a new cluster, because the other account cannot "
        "use a key that AWS owns.",
        ask_default,
    ),
    Question(
        "authorize-aws-managed-key",
        "Does Redshift refuse to share a snapshot whose key AWS manages, or is the share "
        "accepted and useless?",
        ACCEPTED,
        "The function's own check of the key could be left to Redshift.",
        ask_aws_managed,
    ),
)
