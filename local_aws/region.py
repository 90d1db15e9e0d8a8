"""The Regions that exist on this machine."""

import botocore.session
from botocore.exceptions import UnknownRegionError

_PARTITION = "aws"


def check_region(region: str) -> None:
    """Check that a Region is one of the partition `aws`.

    ministack's CloudFormation has no other partition: its `AWS::Partition` is always `aws`.
    In another partition, a stack's policies would not allow what its function asks for.

    Raises:
        ValueError: If it is not.
    """
    try:
        partition = botocore.session.Session().get_partition_for_region(region)
    except UnknownRegionError:
        partition = "none that is known"
    if partition != _PARTITION:
        raise ValueError(
            f"the local AWS has the Regions of the partition {_PARTITION} only, "
            f"such as us-east-1: {region} is of {partition}"
        )
