"""Whether a declaration of a cluster's snapshots stands: whether its stack declares it."""

from redshift_snapshot_share_handler.declared_cluster import DeclarationId
from redshift_snapshot_share_handler.stack import Stack, is_rolling_back

# A rollback that has come to this has nothing more to take back but what it replaced.
_ROLLED_BACK = "UPDATE_ROLLBACK_COMPLETE"


def is_declared(
    stack: Stack, logical_resource_id: str, declared: DeclarationId
) -> bool:
    """Tell whether a resource of the stack is what a declaration made (DescribeStackResource).

    Args:
        stack: The stack.
        logical_resource_id: The resource.
        declared: What PhysicalResourceId names while the declaration stands.

    Raises:
        SnapshotShareError: If CloudFormation refuses.
    """
    resource = stack.find_resource(logical_resource_id)
    return (
        resource is not None
        and resource.physical_resource_id == str(declared)
        and not resource.status.startswith("DELETE_")
    )


class Standing:
    """Whether a declaration stands, as a run of the function between deployments asks."""

    def __init__(
        self, stack: Stack, logical_resource_id: str, declared: DeclarationId
    ) -> None:
        """Name the declaration.

        Args:
            stack: The stack that should declare it.
            logical_resource_id: The resource that should.
            declared: The declaration.
        """
        self._stack = stack
        self._logical_resource_id = logical_resource_id
        self._declared = declared

    def ask(self) -> bool:
        """Tell whether the stack declares it, and is not about to take that back.

        Raises:
            SnapshotShareError: If CloudFormation refuses.
        """
        if not is_declared(self._stack, self._logical_resource_id, self._declared):
            return False
        status = self._stack.status()
        return "DELETE" not in status and (
            not is_rolling_back(status) or status.startswith(_ROLLED_BACK)
        )
