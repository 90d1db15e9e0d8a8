"""The events of one share, as CloudFormation sends them."""

from tests.unit.stubs import ACCOUNT, CLAIMANT, STACK

URL = "https://answers.example/?X-Amz-Signature=5ec2e7"
PAIR_ID = f"sales/{ACCOUNT}"
CREATE = {
    "RequestType": "Create",
    "ResponseURL": URL,
    "RequestId": CLAIMANT.request_id,
    "StackId": STACK.arn,
    "LogicalResourceId": CLAIMANT.logical_resource_id,
    "ResourceType": "Custom::RedshiftSnapshotShare",
    "ResourceProperties": {
        "SnapshotIdentifier": "sales",
        "AccountWithRestoreAccess": ACCOUNT,
    },
}
UPDATE = {
    **CREATE,
    "RequestType": "Update",
    "PhysicalResourceId": PAIR_ID,
    "OldResourceProperties": CREATE["ResourceProperties"],
}
DELETE = {**CREATE, "RequestType": "Delete", "PhysicalResourceId": PAIR_ID}

# The ids of a Create that failed before and after its first write.
IDLE_ID = "CREATE_FAILED:nothing-written:request-1"
MARKED_ID = "CREATE_FAILED:request-1"
