"""What a run creates: one module per kind, with how it is found and removed."""

from verify_aws.resources.bucket import BUCKET
from verify_aws.resources.cluster import CLUSTER
from verify_aws.resources.key import KEY
from verify_aws.resources.kind import Found, Kind
from verify_aws.resources.log_group import LOG_GROUP
from verify_aws.resources.snapshot import SNAPSHOT
from verify_aws.resources.stack import STACK

#: In the order in which they are removed: first what uses others.
KINDS: tuple[Kind, ...] = (STACK, LOG_GROUP, BUCKET, SNAPSHOT, CLUSTER, KEY)
#: Those in the account that snapshots are shared with.
KINDS_OF_RECEIVER: tuple[Kind, ...] = (CLUSTER,)

__all__ = [
    "BUCKET",
    "CLUSTER",
    "KEY",
    "KINDS",
    "KINDS_OF_RECEIVER",
    "LOG_GROUP",
    "SNAPSHOT",
    "STACK",
    "Found",
    "Kind",
]
