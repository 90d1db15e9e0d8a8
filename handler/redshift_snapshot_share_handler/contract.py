"""The names that the construct and the handler share.

Deployed stacks depend on these, so a changed value is a breaking change.
"""

from enum import StrEnum

RESOURCE_TYPE = "Custom::RedshiftSnapshotShare"
CLUSTER_RESOURCE_TYPE = "Custom::RedshiftClusterSnapshotShares"

#: The entry points, as Lambda names them.
HANDLER = "redshift_snapshot_share_handler.index.on_event"
CLUSTER_HANDLER = "redshift_snapshot_share_handler.cluster_index.on_event"

#: Environment variable of the function: account ids joined by commas; absent = any.
ALLOWED_ACCOUNTS_VARIABLE = "ALLOWED_ACCOUNTS"

#: Environment variable of the function: the ARN of the stack that it serves.
STACK_ID_VARIABLE = "STACK_ID"

#: Environment variable of a function that shares a cluster's snapshots: a JSON object, the
#: properties of its custom resource (`ClusterProperty`) and `LogicalResourceId`.
DECLARATION_VARIABLE = "DECLARATION"

#: Key of a claim: this prefix, the account, a colon and twelve hexadecimal digits.
CLAIM_KEY_PREFIX = "redshift-snapshot-share:"

#: Redshift's quota of accounts with access to one snapshot. It cannot be increased.
MAX_ACCOUNTS_PER_SNAPSHOT = 20

#: Redshift's quota of accounts per KMS key, added up over its snapshots; not adjustable.
MAX_ACCOUNTS_PER_KEY = 100

#: How many snapshots of a cluster can be shared at most.
MAX_NEWEST = 100

# The limits of one run of the function, in seconds. The handler responds before the
# function's timeout, and CloudFormation gives up shortly after it.
DEADLINE_SECONDS = 840
FUNCTION_TIMEOUT_SECONDS = 900
SERVICE_TIMEOUT_SECONDS = 960

DEFAULT_WAIT_SECONDS = 600
MAX_WAIT_SECONDS = 720


class Property(StrEnum):
    """A property of the custom resource: Redshift's first, this library's last.

    All arrive as strings. A property with its default value is left out.
    """

    SNAPSHOT_IDENTIFIER = "SnapshotIdentifier"
    SNAPSHOT_ARN = "SnapshotArn"
    SNAPSHOT_CLUSTER_IDENTIFIER = "SnapshotClusterIdentifier"
    ACCOUNT_WITH_RESTORE_ACCESS = "AccountWithRestoreAccess"
    EXISTING_SHARE = "ExistingShare"
    WAIT_FOR_SNAPSHOT = "WaitForSnapshot"  # seconds
    REMOVAL_POLICY = "RemovalPolicy"


class ClusterProperty(StrEnum):
    """A property of the custom resource that shares a cluster's snapshots.

    All arrive as strings. A property with its default value is left out.
    """

    CLUSTER_IDENTIFIER = "ClusterIdentifier"
    ACCOUNTS_WITH_RESTORE_ACCESS = "AccountsWithRestoreAccess"  # joined with commas
    NEWEST = "Newest"
    SNAPSHOT_IDENTIFIER_PREFIX = "SnapshotIdentifierPrefix"
    MANUAL_SNAPSHOT_RETENTION_PERIOD = "ManualSnapshotRetentionPeriod"  # days
    EXISTING_SHARE = "ExistingShare"
    REMOVAL_POLICY = "RemovalPolicy"


class ClusterAttribute(StrEnum):
    """An attribute of the custom resource that shares a cluster's snapshots."""

    SHARED_SNAPSHOT_COUNT = "SharedSnapshotCount"
    SHARED_SNAPSHOT_IDENTIFIERS = "SharedSnapshotIdentifiers"  # newest first


#: Namespace of the metrics; their dimensions are StackName and LogicalResourceId.
METRIC_NAMESPACE = "RedshiftSnapshotShare"


class ClusterMetric(StrEnum):
    """What a run of the function that shares a cluster's snapshots counts."""

    SHARED_SNAPSHOTS = "SharedSnapshots"
    AUTHORIZED = "Authorized"
    RELEASED = "Released"
    COPIED = "Copied"
    FAILED = "Failed"


class ExistingShareValue(StrEnum):
    """A value of the property `ExistingShare`; absent = `FAIL`."""

    FAIL = "FAIL"
    ADOPT = "ADOPT"


class RemovalPolicyValue(StrEnum):
    """A value of the property `RemovalPolicy`; absent = `DESTROY`.

    CloudFormation keeps a retained resource and sends no request when it is removed. The
    function only records in the claim that the access is meant to stay.
    """

    DESTROY = "DESTROY"
    RETAIN = "RETAIN"


class AttributeType(StrEnum):
    """A type of Redshift's service model, which decides how a value becomes a string."""

    STRING = "string"
    INTEGER = "integer"
    LONG = "long"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"
    LIST = "list"


#: Every field of Redshift's `Snapshot` structure, in its order. Each is an attribute of
#: the custom resource under the same name.
ATTRIBUTES: dict[str, AttributeType] = {
    "SnapshotIdentifier": AttributeType.STRING,
    "ClusterIdentifier": AttributeType.STRING,
    "SnapshotCreateTime": AttributeType.TIMESTAMP,
    "Status": AttributeType.STRING,
    "Port": AttributeType.INTEGER,
    "AvailabilityZone": AttributeType.STRING,
    "ClusterCreateTime": AttributeType.TIMESTAMP,
    "MasterUsername": AttributeType.STRING,
    "ClusterVersion": AttributeType.STRING,
    "EngineFullVersion": AttributeType.STRING,
    "SnapshotType": AttributeType.STRING,
    "NodeType": AttributeType.STRING,
    "NumberOfNodes": AttributeType.INTEGER,
    "DBName": AttributeType.STRING,
    "VpcId": AttributeType.STRING,
    "Encrypted": AttributeType.BOOLEAN,
    "KmsKeyId": AttributeType.STRING,
    "EncryptedWithHSM": AttributeType.BOOLEAN,
    "AccountsWithRestoreAccess": AttributeType.LIST,
    "OwnerAccount": AttributeType.STRING,
    "TotalBackupSizeInMegaBytes": AttributeType.DOUBLE,
    "ActualIncrementalBackupSizeInMegaBytes": AttributeType.DOUBLE,
    "BackupProgressInMegaBytes": AttributeType.DOUBLE,
    "CurrentBackupRateInMegaBytesPerSecond": AttributeType.DOUBLE,
    "EstimatedSecondsToCompletion": AttributeType.LONG,
    "ElapsedTimeInSeconds": AttributeType.LONG,
    "SourceRegion": AttributeType.STRING,
    "Tags": AttributeType.LIST,
    "RestorableNodeTypes": AttributeType.LIST,
    "EnhancedVpcRouting": AttributeType.BOOLEAN,
    "MaintenanceTrackName": AttributeType.STRING,
    "ManualSnapshotRetentionPeriod": AttributeType.INTEGER,
    "ManualSnapshotRemainingDays": AttributeType.INTEGER,
    "SnapshotRetentionStartTime": AttributeType.TIMESTAMP,
    "MasterPasswordSecretArn": AttributeType.STRING,
    "MasterPasswordSecretKmsKeyId": AttributeType.STRING,
    "SnapshotArn": AttributeType.STRING,
}

#: Names the attributes that were cut to fit the response, joined by commas.
TRUNCATED_ATTRIBUTE = "Truncated"

#: The operation that only a function which copies automated snapshots needs.
COPY_OPERATION = "CopyClusterSnapshot"

#: The operations of AWS that the handler calls, by service. IAM's actions have the same
#: names.
OPERATIONS: dict[str, tuple[str, ...]] = {
    "cloudformation": ("DescribeStackResource", "DescribeStacks"),
    "kms": ("DescribeKey",),
    "redshift": (
        "AuthorizeSnapshotAccess",
        COPY_OPERATION,
        "CreateTags",
        "DeleteTags",
        "DescribeClusterSnapshots",
        "RevokeSnapshotAccess",
    ),
}
