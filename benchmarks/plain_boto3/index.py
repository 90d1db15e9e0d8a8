"""A peer: the handler that one writes in a quarter of an hour for `custom_resources.Provider`."""

from typing import Any

import boto3

redshift = boto3.client("redshift")


def on_event(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Authorize on Create, revoke on Delete."""
    properties = event["ResourceProperties"]
    share = {
        "SnapshotIdentifier": properties["SnapshotIdentifier"],
        "AccountWithRestoreAccess": properties["AccountWithRestoreAccess"],
    }
    if event["RequestType"] == "Delete":
        redshift.revoke_snapshot_access(**share)
        return {"PhysicalResourceId": event["PhysicalResourceId"]}
    snapshot = redshift.authorize_snapshot_access(**share)["Snapshot"]
    return {
        "PhysicalResourceId": "/".join(share.values()),
        "Data": {"Status": snapshot["Status"]},
    }
