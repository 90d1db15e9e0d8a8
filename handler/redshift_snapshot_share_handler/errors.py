"""The reasons for which a deployment fails, in the words that the user reads.

`docs/troubleshooting.md` lists all of them. A test keeps the two equal.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    SSLError,
)

#: There was no connection, so nothing was sent.
NO_CONNECTION = (
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    SSLError,
)

# Long enough for IAM's AccessDenied, which begins with the long name of the role.
_LONGEST_TEXT_OF_AWS = 400


class Cause(NamedTuple):
    """What is wrong, and what to do. Both may have fields in braces."""

    message: str
    remedy: str


class Reason(Enum):
    """Everything a FAILED response can say."""

    INVALID_REQUEST = Cause(
        "the request to the custom resource is not valid: {problem}",
        "define the share with the SnapshotShare construct, and invoke the function only through CloudFormation",
    )
    INVALID_PROPERTY = Cause("{problem}", "correct the property and deploy again")
    ACCOUNT_NOT_ALLOWED = Cause(
        "account {account} is not among the provider's allowed_accounts",
        "add it to allowed_accounts of the SnapshotShareProvider, or share with another account",
    )
    SNAPSHOT_NOT_FOUND = Cause(
        "snapshot {snapshot} does not exist in {region} of account {owner_account}",
        "check the name, the Region and the account; to share a snapshot in another Region, deploy a stack in that Region",
    )
    NOT_OWNER = Cause(
        "snapshot {snapshot} belongs to another account, which shares it with {owner_account}",
        "only the owner can share a snapshot: deploy this stack in the owner's account",
    )
    OTHER_REGION_OR_ACCOUNT = Cause(
        "snapshot_arn {snapshot} names a snapshot outside {region} of account {owner_account}, where this stack is deployed",
        "deploy the share in the Region and account of the snapshot",
    )
    OTHER_CLUSTER = Cause(
        "snapshot {snapshot} is of cluster {cluster}, not of cluster {declared_cluster}",
        "correct snapshot_cluster_identifier or the cluster in snapshot_arn",
    )
    AUTOMATED_SNAPSHOT = Cause(
        "snapshot {snapshot} is {snapshot_type}, and only manual snapshots can be shared",
        "copy it to a manual snapshot first (aws redshift copy-cluster-snapshot) and share the copy",
    )
    SNAPSHOT_NOT_AVAILABLE = Cause(
        "snapshot {snapshot} has the status {status} and cannot be shared",
        "share a snapshot whose status is available",
    )
    STATE_REFUSED = Cause(
        "Redshift refuses to share snapshot {snapshot} in its present state ({text})",
        "deploy again when the snapshot and its cluster are available",
    )
    WAIT_IS_OVER = Cause(
        "snapshot {snapshot} is still {status} after {seconds} seconds{estimate}",
        "deploy again when it is available, or increase wait_for_snapshot (at most 12 minutes)",
    )
    AWS_MANAGED_KEY = Cause(
        "snapshot {snapshot} is encrypted with the AWS managed key {key}, which no other account can use",
        "encrypt the cluster with a customer managed key, take a new snapshot and share that",
    )
    ALREADY_SHARED = Cause(
        "account {account} already has access to snapshot {snapshot}, and no stack claims it: somebody shared it by hand",
        "revoke that access first, or set existing_share to ExistingShare.ADOPT to put it under this stack's control",
    )
    SOME_NOT_SHARED = Cause(
        "{failed} of the {count} shares of the newest snapshots of cluster {cluster} cannot be made, so none is made; the first problem: {text}",
        "correct that and deploy again, or declare fewer snapshots or accounts",
    )
    TOO_MANY_ACCOUNTS = Cause(
        "snapshot {snapshot} is already shared with as many accounts as Redshift allows (20 per snapshot, 100 per KMS key)",
        "remove a share first; to replace one of 20 accounts, remove it in one deployment and add the other in the next",
    )
    TOO_MANY_GRANTS = Cause(
        "the KMS key of snapshot {snapshot} already has as many grants as KMS allows",
        "retire grants of the key that are no longer needed (aws kms list-grants)",
    )
    TOO_MANY_TAGS = Cause(
        "snapshot {snapshot} has 50 tags, so there is no room for the tag that records this share",
        "remove a tag from the snapshot; if you renamed shares of it, rename them in two deployments, because a renamed share needs a second tag until its old one is removed",
    )
    TOO_MANY_SNAPSHOTS = Cause(
        "the automated snapshot cannot be copied to {snapshot}: the account has as many manual snapshots in {region} as Redshift allows ({text})",
        "delete manual snapshots that are no longer needed, shorten copy_automated_for, or ask AWS for a higher quota",
    )
    COPY_REFUSED = Cause(
        "Redshift did not copy the automated snapshot to {snapshot} ({text})",
        "no action is needed if a later run copies it; otherwise correct copy_automated_for and deploy again",
    )
    TAG_REFUSED = Cause(
        "Redshift refused the tag that records the share of snapshot {snapshot} ({text})",
        "report this as a bug, with the AWS request id",
    )
    CLUSTER_NOT_AVAILABLE = Cause(
        "snapshot {snapshot} cannot be tagged in the present state of its cluster ({text})",
        "deploy again when the cluster is available",
    )
    UNSUPPORTED = Cause(
        "Redshift does not support sharing snapshot {snapshot} ({text})",
        "share a manual snapshot of a provisioned cluster",
    )
    SNAPSHOT_ACCESS_DENIED = Cause(
        "account {owner_account} has no access to snapshot {snapshot}",
        "only the owner can share a snapshot: deploy this stack in the owner's account",
    )
    NOT_AUTHORIZED = Cause(
        "the function's role may not do this ({text})",
        "if this is about a KMS key, set encryption_key to the key that encrypts the snapshot, or leave it out; if you supplied the role, give it the permissions in SECURITY.md; otherwise look for a permissions boundary, a service control policy or a key policy that denies the call",
    )
    STACK_NOT_GOING_FORWARD = Cause(
        "the stack is {status}, so nothing new is shared",
        "no action is needed if the stack is rolling back or being deleted; otherwise deploy again",
    )
    STACK_NOT_DELETING = Cause(
        "the stack is {status}, so the request to delete the share {pair} is out of date and nothing is revoked",
        "no action is needed unless a deployment failed with this message; in that case delete the stack or the share again",
    )
    OTHER_STACK = Cause(
        "the request is from stack {stack}, but this function serves only stack {own_stack}",
        "define the share and its provider in the same stack",
    )
    ROLLBACK_TO_NOTHING = Cause(
        "the stack is {status}, and the rollback cannot restore access for account {account} to snapshot {snapshot}: both the access and its tag were removed outside this stack",
        "authorize the account by hand (aws redshift authorize-snapshot-access) and continue the rollback",
    )
    OVERTAKEN = Cause(
        "the tag that records the share of snapshot {snapshot} with account {account} was removed while it was being shared",
        "no action is needed if the stack is rolling back or being deleted; otherwise deploy again",
    )
    UNSETTLED = Cause(
        "the access of account {account} to snapshot {snapshot} did not settle: Redshift did not record it, or somebody else kept changing it",
        "find out in AWS CloudTrail who authorizes and revokes it, then deploy again",
    )
    OUT_OF_TIME = Cause(
        "the function timed out while waiting; the last problem was: {text}",
        "deploy again; if the function is in a VPC, check its route to Redshift, CloudFormation and KMS",
    )
    UNREACHABLE = Cause(
        "the function could not connect to AWS ({text})",
        "if the function is in a VPC, give it a route to Redshift, CloudFormation and KMS, then deploy again",
    )
    AWS_ERROR = Cause(
        "a call to AWS failed ({text})", "see the function's log, then deploy again"
    )
    UNEXPECTED = Cause(
        "the function failed with an unexpected error ({text})",
        "see the function's log and report this as a bug",
    )


#: With these, no call would fare better than the one that failed.
SAME_FOR_ALL = frozenset({Reason.OUT_OF_TIME, Reason.UNREACHABLE})


class SnapshotShareError(Exception):
    """A failure with its reason. CloudFormation shows its text."""

    def __init__(self, reason: Reason, /, aws: object = "", **values: object) -> None:
        """Compose the text of the failure.

        Args:
            reason: What failed.
            aws: AWS's operation, error code and request id, if AWS refused a call.
            values: The fields of the reason's message.
        """
        self.reason = reason
        cause = reason.value
        text = f"{cause.message.format_map(values)}; {cause.remedy}"
        super().__init__(f"{text} ({aws})" if aws else text)


def try_each(*steps: Callable[[], object]) -> None:
    """Try every step, also after one has failed.

    Args:
        steps: What is to be done, in this order.

    Raises:
        SnapshotShareError: The first failure.
    """
    failures = []
    for step in steps:
        try:
            step()
        except SnapshotShareError as error:
            failures.append(error)
    if failures:
        raise failures[0]


#: What each error code of AWS means for a share, for all operations.
REASONS: Mapping[str, Reason] = {
    "AccessDenied": Reason.NOT_AUTHORIZED,
    "AccessDeniedException": Reason.NOT_AUTHORIZED,
    "AccessToSnapshotDenied": Reason.SNAPSHOT_ACCESS_DENIED,
    "AuthorizationAlreadyExists": Reason.UNSETTLED,
    "AuthorizationQuotaExceeded": Reason.TOO_MANY_ACCOUNTS,
    "ClusterNotFound": Reason.COPY_REFUSED,
    "ClusterSnapshotNotFound": Reason.SNAPSHOT_NOT_FOUND,
    "ClusterSnapshotQuotaExceeded": Reason.TOO_MANY_SNAPSHOTS,
    "InvalidClusterSnapshotState": Reason.STATE_REFUSED,
    "InvalidClusterState": Reason.CLUSTER_NOT_AVAILABLE,
    "InvalidClientTokenId": Reason.NOT_AUTHORIZED,
    "InvalidRetentionPeriodFault": Reason.COPY_REFUSED,
    "InvalidTagFault": Reason.TAG_REFUSED,
    "LimitExceededFault": Reason.TOO_MANY_GRANTS,
    "ResourceNotFoundFault": Reason.SNAPSHOT_NOT_FOUND,
    "TagLimitExceededFault": Reason.TOO_MANY_TAGS,
    "UnauthorizedOperation": Reason.NOT_AUTHORIZED,
    "UnrecognizedClientException": Reason.NOT_AUTHORIZED,
    "UnsupportedOperation": Reason.UNSUPPORTED,
}


def code_of(error: ClientError) -> str:
    """The code in an error response of AWS."""
    return str(error.response.get("Error", {}).get("Code", ""))


def text_of(error: ClientError | BotoCoreError) -> str:
    """AWS's own text of an error, cut to 400 characters."""
    if not isinstance(error, ClientError):
        return type(error).__name__
    # botocore returns None for an empty <Message/>.
    text = error.response.get("Error", {}).get("Message") or code_of(error)
    return str(text)[:_LONGEST_TEXT_OF_AWS]


def translate(
    error: ClientError | BotoCoreError, values: Mapping[str, Any]
) -> SnapshotShareError:
    """Translate an error of AWS into a reason, with AWS's code and request id.

    Args:
        error: The error that botocore raised.
        values: The fields of the messages: snapshot, account, region, owner_account.
    """
    text = text_of(error)
    if isinstance(error, NO_CONNECTION):
        return SnapshotShareError(
            Reason.UNREACHABLE, text=str(error)[:_LONGEST_TEXT_OF_AWS]
        )
    if not isinstance(error, ClientError):
        return SnapshotShareError(Reason.AWS_ERROR, text=text)
    code = code_of(error)
    request_id = error.response.get("ResponseMetadata", {}).get("RequestId", "none")
    reason = REASONS.get(code, Reason.AWS_ERROR)
    aws = f"{error.operation_name}: {code}, AWS request id {request_id}"
    return SnapshotShareError(reason, aws, **{**values, "text": text})
