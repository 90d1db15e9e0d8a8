"""What CloudFormation would send."""

import json
from typing import Any

ACCOUNT = "210987654321"
OWNER = "000000000000"
REGION = "us-east-1"


def lifecycle_event(
    request_type: str, snapshot: str, response_url: str
) -> dict[str, Any]:
    """Make an event for a share of a snapshot with `ACCOUNT`."""
    event: dict[str, Any] = {
        "RequestType": request_type,
        "ResponseURL": response_url,
        "StackId": f"arn:aws:cloudformation:{REGION}:{OWNER}:stack/bench/0c5a5b2e",
        "RequestId": f"request-{snapshot}",
        "ResourceType": "Custom::RedshiftSnapshotShare",
        "LogicalResourceId": f"Share{snapshot.replace('-', '')}",
        "ResourceProperties": {
            "ServiceToken": f"arn:aws:lambda:{REGION}:{OWNER}:function:bench",
            "SnapshotIdentifier": snapshot,
            "AccountWithRestoreAccess": ACCOUNT,
        },
    }
    if request_type != "Create":
        event["PhysicalResourceId"] = f"{snapshot}/{ACCOUNT}"
    return event


def aws_custom_resource_event(
    request_type: str, snapshot: str, response_url: str
) -> dict[str, Any]:
    """Make the event that `AwsCustomResource` would get for the same."""
    event = lifecycle_event(request_type, snapshot, response_url)
    return {
        **event,
        "ResourceType": "Custom::AWS",
        "ResourceProperties": {
            "ServiceToken": event["ResourceProperties"]["ServiceToken"],
            "InstallLatestAwsSdk": "false",
            "Create": _call("authorizeSnapshotAccess", snapshot),
            "Delete": _call("revokeSnapshotAccess", snapshot),
        },
    }


def _call(action: str, snapshot: str) -> str:
    return json.dumps(
        {
            "service": "redshift",
            "action": action,
            "parameters": {
                "SnapshotIdentifier": snapshot,
                "AccountWithRestoreAccess": ACCOUNT,
            },
            "physicalResourceId": {"id": f"{snapshot}/{ACCOUNT}"},
            "logApiResponseData": True,
        }
    )
