"""Tells the function the removal policy of a share."""

import jsii
from aws_cdk import (
    CfnDeletionPolicy,
    CfnResource,
    IResolveContext,
    IStringProducer,
    Lazy,
    RemovalPolicy,
)

from redshift_snapshot_share_handler.contract import Property, RemovalPolicyValue

_RETAINING = (CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE)


@jsii.implements(IStringProducer)
class _WrittenPolicy:
    """Reads the policy when the template is written. Aspects may change it until then."""

    def __init__(self, resource: CfnResource) -> None:
        self._resource = resource

    def produce(self, _context: IResolveContext) -> str | None:
        """Return `RETAIN`, or nothing for the default."""
        if self._resource.cfn_options.deletion_policy in _RETAINING:
            return RemovalPolicyValue.RETAIN.value
        return None


def write_removal_policy(resource: CfnResource) -> None:
    """Tell the function whether CloudFormation keeps a share's access.

    Args:
        resource: The share's custom resource.
    """
    resource.add_property_override(
        Property.REMOVAL_POLICY, produce_removal_policy(resource)
    )


def produce_removal_policy(resource: CfnResource) -> str:
    """Make a token for what `write_removal_policy` writes."""
    return Lazy.uncached_string(_WrittenPolicy(resource))


def check_removal_policy(removal_policy: RemovalPolicy | None) -> RemovalPolicy:
    """Check a removal policy.

    Raises:
        ValueError: If a share cannot have it.
    """
    match removal_policy:
        case None | RemovalPolicy.DESTROY:
            return RemovalPolicy.DESTROY
        case RemovalPolicy.RETAIN | RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE:
            # The same as `RetainExceptOnCreate`: a failed first deployment leaves nothing
            # behind.
            return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    given = getattr(removal_policy, "name", repr(removal_policy))
    raise ValueError(
        "removal_policy must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got "
        f"{given}"
    )
