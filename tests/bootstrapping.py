"""Bootstrapping, for tests whose subject it is not.

The CDK CLI bootstraps the first environment of a local AWS. The others get the same stack
from CloudFormation, which takes a fifth of the time.
"""

from typing import Any

from botocore.exceptions import ClientError

from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli

_STACK = "CDKToolkit"


def bootstrap(
    aws: LocalAws, *, account: str | None = None, region: str | None = None
) -> None:
    """Make what the CDK needs in an account and Region, unless it is there.

    Args:
        aws: The local AWS.
        account: The account. Default: that of the local AWS.
        region: The Region. Default: that of the local AWS.
    """
    first = aws.client("cloudformation")
    if not _has_stack(first):
        CdkCli(aws).bootstrap()
    other = aws.client("cloudformation", account=account, region=region)
    if not _has_stack(other):
        _copy(first, other)


def _has_stack(cloudformation: Any) -> bool:
    try:
        cloudformation.describe_stacks(StackName=_STACK)
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return False
    return True


def _copy(source: Any, target: Any) -> None:
    [stack] = source.describe_stacks(StackName=_STACK)["Stacks"]
    target.create_stack(
        StackName=_STACK,
        TemplateBody=source.get_template(StackName=_STACK)["TemplateBody"],
        Parameters=stack["Parameters"],
        Capabilities=stack["Capabilities"],
    )
    target.get_waiter("stack_create_complete").wait(
        StackName=_STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
