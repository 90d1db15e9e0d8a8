"""The Regions that exist on this machine."""

import botocore.session
from botocore.exceptions import UnknownRegionError

_PARTITION = "aws"


def check_region(region: str) -> None:
    """Check that a Region is one of the partition `aws`.

    ministack's CloudFormation knows no other: `AWS::Partition` always is `aws`, and what
    a stack's policies allow would not be what its function asks for.

    Raises:
        ValueError: If not.
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
