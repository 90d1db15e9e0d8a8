"""Warns of contradictions that only the finished app shows."""

import jsii
from aws_cdk import Annotations, CfnDeletionPolicy, CfnResource
from constructs import Construct, IValidation

KEY_CONDITION_WARNING_ID = "cdk-redshift-snapshot-share:encryptionKeyCondition"
RETAINED_WARNING_ID = "cdk-redshift-snapshot-share:retainedShareOfDeletedSnapshot"

_RETAINING = (CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE)


def warn_late(
    share: Construct,
    resource: CfnResource,
    snapshot: CfnResource | None,
    *,
    changes_key: bool,
) -> None:
    """Warn during validation, when conditions and removal policies are final.

    Args:
        share: The share.
        resource: Its custom resource.
        snapshot: The snapshot, if the app defines it.
        changes_key: Whether the policy of the snapshot's key has a statement for the share.
    """
    if snapshot or changes_key:
        share.node.add_validation(
            _LateWarnings(share, resource, snapshot, changes_key=changes_key)
        )


@jsii.implements(IValidation)
class _LateWarnings:
    """Adds warnings to a share. Messages that `validate` returns would be errors."""

    def __init__(
        self,
        share: Construct,
        resource: CfnResource,
        snapshot: CfnResource | None,
        *,
        changes_key: bool,
    ) -> None:
        self._share = share
        self._resource = resource
        self._snapshot = snapshot
        self._changes_key = changes_key

    def validate(self) -> list[str]:
        snapshot = self._snapshot
        if snapshot and _is_retained(self._resource) and not _is_retained(snapshot):
            self._warn(
                RETAINED_WARNING_ID,
                "the share is retained, but the snapshot "
                f"{snapshot.node.path} is deleted with its stack, which will fail, because "
                "Redshift does not delete a shared snapshot; retain both or neither",
            )
        if self._changes_key and self._resource.cfn_options.condition:
            self._warn(
                KEY_CONDITION_WARNING_ID,
                "the share has a condition, but the statement in the policy of its "
                "encryption_key does not depend on it, so the account may decrypt even if "
                "the condition is false; leave out encryption_key and change the key's "
                "policy yourself, or acknowledge this warning",
            )
        return []

    def _warn(self, warning_id: str, message: str) -> None:
        Annotations.of(self._share).add_warning_v2(warning_id, message)


def _is_retained(resource: CfnResource) -> bool:
    return resource.cfn_options.deletion_policy in _RETAINING
