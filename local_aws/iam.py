"""Decides with the local IAM which callers may call the local Redshift.

Runs in the process of the local services, where ministack's IAM can be called without a
request. Its SimulatePrincipalPolicy is not enough, because it ignores condition keys.
"""

import re
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import kms

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.responses import Call
from local_aws.redshift.snapshots import Snapshot

_ACCOUNT_OF_ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:([0-9]{12}):")


def find_caller(access_key: str) -> str | None:
    """Find the owner of an access key.

    Returns:
        An ARN; none if the local AWS has not issued the key.
    """
    set_request_account_id(access_key)
    identity = iam_evaluator.resolve_caller_identity(access_key)
    return identity["userArn"] if identity else None


def find_account(arn: str) -> str | None:
    """Read the account in an ARN."""
    match = _ACCOUNT_OF_ARN.match(arn)
    return match.group(1) if match else None


def check_permissions(call: Call) -> None:
    """Check that the caller may make the call.

    Raises:
        RedshiftError: If the caller may not.
    """
    region = call.backend.region_name
    set_request_account_id(call.access_key)
    set_request_region(region)
    for resource in _resources(call):
        _enforce(call, f"redshift:{call.operation}", resource, _context(call, resource))
    snapshot = _find_snapshot(call)
    if snapshot is None or snapshot.kms_key_id is None:
        return
    if call.operation == "AuthorizeSnapshotAccess":
        _enforce(call, "kms:DescribeKey", snapshot.kms_key_id, {})
    if call.operation == "RestoreFromClusterSnapshot":
        _check_key_policy(snapshot, call.backend.account_id)


def _enforce(call: Call, action: str, resource: str, context: dict[str, Any]) -> None:
    refusal = iam_evaluator.enforce(
        call.access_key,
        action,
        action.partition(":")[0],
        call.backend.region_name,
        resource,
        context,
    )
    if isinstance(refusal, iam_evaluator.AuthError):
        raise RedshiftError("InvalidClientTokenId", refusal.message)
    if refusal is not None:
        # Redshift does not say which caller was denied which action. The reason in the log
        # does, because it helps people who experiment.
        raise RedshiftError(
            "UnauthorizedOperation",
            "Access Denied. Please ensure that your IAM Permissions allow this "
            "operation.",
            reason=f"{refusal.principal_arn} is not authorized to perform {action} "
            f"on {resource}",
        )


def _resources(call: Call) -> list[str]:
    parameters, backend = call.parameters, call.backend
    if "ResourceName" in parameters:
        return [parameters["ResourceName"]]
    prefix = (
        f"arn:{backend.partition}:redshift:{backend.region_name}:{backend.account_id}"
    )
    if call.operation == "CopyClusterSnapshot":
        source = _find_snapshot(call)
        cluster = source.cluster_identifier if source else "*"
        # AWS does not document which of the two counts, so a policy must allow both.
        return [
            f"{prefix}:snapshot:{cluster}/{parameters.get(name, '*').lower()}"
            for name in ("SourceSnapshotIdentifier", "TargetSnapshotIdentifier")
        ]
    resources = []
    # Only for these operations. Others, like Describe, have no resources.
    if call.operation.endswith(("SnapshotAccess", "ClusterSnapshot")):
        snapshot = _find_snapshot(call)
        if "SnapshotArn" in parameters:
            # Unchanged, because ARNs in IAM are case sensitive, unlike Redshift's names.
            resources.append(parameters["SnapshotArn"])
        elif snapshot is not None:
            resources.append(snapshot.arn)
        else:
            cluster = parameters.get("SnapshotClusterIdentifier", "*").lower()
            name = parameters.get("SnapshotIdentifier", "*").lower()
            resources.append(f"{prefix}:snapshot:{cluster}/{name}")
    if not call.operation.startswith("Describe") and "ClusterIdentifier" in parameters:
        resources.append(f"{prefix}:cluster:{parameters['ClusterIdentifier'].lower()}")
    return resources or ["*"]


def _context(call: Call, resource: str) -> dict[str, Any]:
    tags = call.parameters.get("Tags")
    keys = call.parameters.get("TagKeys") or [tag["Key"] for tag in tags or ()]
    context: dict[str, Any] = {"aws:TagKeys": keys or None}
    for tag in tags or ():
        context[f"aws:RequestTag/{tag['Key']}"] = tag.get("Value", "")
    snapshot = _snapshot_with_arn(call, resource)
    for key, value in (snapshot.tags_by_key if snapshot else {}).items():
        context[f"aws:ResourceTag/{key}"] = value
    return context


def _find_snapshot(call: Call) -> Snapshot | None:
    parameters, backend = call.parameters, call.backend
    if "SnapshotArn" in parameters:
        return _snapshot_with_arn(call, parameters["SnapshotArn"])
    owner = backend.redshift.backends.get(
        (
            parameters.get("OwnerAccount") or backend.account_id,
            backend.region_name,
        )
    )
    identifier = (
        parameters.get("SnapshotIdentifier")
        or parameters.get("SourceSnapshotIdentifier")
        or ""
    ).lower()
    return owner.snapshots.get(identifier) if owner else None


def _snapshot_with_arn(call: Call, arn: str) -> Snapshot | None:
    owner = call.backend.redshift.backends.get(
        (find_account(arn) or "", call.backend.region_name)
    )
    snapshot: Snapshot | None = (
        owner.snapshots.get(arn.rpartition("/")[2].lower()) if owner else None
    )
    return snapshot if snapshot and snapshot.arn == arn.lower() else None


def _check_key_policy(snapshot: Snapshot, account: str) -> None:
    """Check that another account may use the key.

    The policies of AWS managed keys are not known here. They never allow another account.
    """
    if account == snapshot.owner_account:
        return
    set_request_account_id(snapshot.owner_account)
    found = kms.key_policy_for_arn(snapshot.kms_key_id)
    root = f"arn:aws:iam::{account}:root"
    result = iam_evaluator.evaluate_resource_policy(
        found[0] if found else None,
        iam_evaluator.EvalContext(
            principal_arn=root,
            principal_type="Root",
            principal_account=account,
            action="kms:Decrypt",  # assumed: kms-decrypt-suffices
            resource_arn=snapshot.kms_key_id,
            region=snapshot.arn.split(":")[3],
        ),
    )
    if result.decision != "Allow":
        raise RedshiftError(
            "AccessDenied",
            f"User: {root} is not authorized to perform: kms:Decrypt on resource: "
            f"{snapshot.kms_key_id}",
        )
