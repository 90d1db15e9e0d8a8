"""What nobody here has seen Redshift do, and the local Redshift assumes.

Each assumption stands beside the id of the question by which `make verify-aws` asks AWS, so
that one result corrects one place. `docs/verified-on-aws.md` lists the results.
"""

from typing import NamedTuple

from local_aws.redshift.errors import RedshiftError

#: The outcome of a call that Redshift does not refuse.
ACCEPTED = "accepted"


class Assumptions(NamedTuple):
    """The outcomes of calls: `accepted`, or the code of the refusal."""

    #: AuthorizeSnapshotAccess for the account that owns the snapshot.
    authorize_own_account: str = (
        "InvalidParameterValue"  # assumed: authorize-own-account
    )
    #: AuthorizeSnapshotAccess for an account that is not 12 digits.
    authorize_malformed: str = "InvalidParameterValue"  # assumed: authorize-malformed
    #: AuthorizeSnapshotAccess for an account that nobody has.
    authorize_nonexistent: str = ACCEPTED  # assumed: authorize-nonexistent
    #: AuthorizeSnapshotAccess for an account that has access.
    authorize_twice: str = "AuthorizationAlreadyExists"  # assumed: authorize-twice
    #: AuthorizeSnapshotAccess for one account more than the quota allows.
    authorize_21st: str = "AuthorizationQuotaExceeded"  # assumed: authorize-21st
    #: AuthorizeSnapshotAccess with an identifier and an ARN.
    authorize_both_names: str = "InvalidParameterValue"  # assumed: authorize-both-names
    #: AuthorizeSnapshotAccess for an automated snapshot.
    authorize_automated: str = (
        "InvalidClusterSnapshotState"  # assumed: authorize-automated
    )
    #: AuthorizeSnapshotAccess for a manual snapshot copied from another Region.
    authorize_copied: str = ACCEPTED  # assumed: authorize-copied
    #: AuthorizeSnapshotAccess for a snapshot whose key AWS manages.
    authorize_aws_managed_key: str = ACCEPTED  # assumed: authorize-aws-managed-key
    #: AuthorizeSnapshotAccess while the snapshot is created.
    authorize_while_creating: str = (
        "InvalidClusterSnapshotState"  # assumed: authorize-while-creating
    )
    #: RevokeSnapshotAccess for an account that has no access.
    revoke_absent: str = "AuthorizationNotFound"  # assumed: revoke-absent
    #: DeleteClusterSnapshot while an account has access.
    delete_while_shared: str = (
        "InvalidClusterSnapshotState"  # assumed: delete-while-shared
    )
    #: DeleteTags for a key that the snapshot does not have.
    delete_absent_tag: str = ACCEPTED  # assumed: delete-absent-tag
    #: CreateTags while the snapshot is created.
    tag_while_creating: str = ACCEPTED  # assumed: tag-while-creating
    #: CreateTags while the snapshot's cluster is paused.
    tag_while_paused: str = ACCEPTED  # assumed: tag-while-paused
    #: What AuthorizeSnapshotAccess responds with: `tags`, `account`, both or neither.
    tags_in_authorize: str = "tags, account"  # assumed: tags-in-authorize
    #: Whether an account that may restore a snapshot sees its owner's tags.
    receiver_sees_tags: str = "no"  # assumed: receiver-sees-tags
    #: What a call too many is refused with.
    throttling_code: str = "Throttling"  # assumed: throttling-code


def follow(outcome: str, message: str) -> None:
    """Let a call pass if that is its assumed outcome.

    Args:
        outcome: The assumed outcome.
        message: What to say if it is a refusal.

    Raises:
        RedshiftError: If it is one.
    """
    if outcome != ACCEPTED:
        raise RedshiftError(outcome, message)
