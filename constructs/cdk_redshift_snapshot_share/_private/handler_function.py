"""The Lambda function that runs the handler."""

from typing import NamedTuple

from aws_cdk import Duration, aws_iam as iam, aws_lambda as lambda_, aws_logs as logs
from constructs import Construct

from cdk_redshift_snapshot_share._private.function_props import FunctionProps
from cdk_redshift_snapshot_share._private.handler_code import package_handler
from cdk_redshift_snapshot_share._private.iam.nag import acknowledge
from redshift_snapshot_share_handler import contract

_DEFAULT_MEMORY_SIZE = 256

# Rules of cdk-nag's packs that this function does not meet on purpose.
_RUNTIME_RULES = ("AwsSolutions-L1", "Serverless-LambdaLatestVersion")
_RUNTIME_REASON = (
    "the runtime changes with the library's releases, which are tested with it"
)
_FAILED_EVENT_RULES = (
    "HIPAA.Security-LambdaDLQ",
    "NIST.800.53.R4-LambdaDLQ",
    "NIST.800.53.R5-LambdaDLQ",
    "Serverless-LambdaAsyncFailureDestination",
    "Serverless-LambdaDLQ",
)
_FAILED_EVENT_REASON = (
    "a queue would keep the URL by which anyone can respond to CloudFormation in place of "
    "the function; CloudFormation itself reports a request that was not responded to"
)


class FunctionUse(NamedTuple):
    """What a function is used for."""

    handler: str
    """Where it starts, as Lambda names it."""

    description: str
    """What its description says."""


NAMED_SNAPSHOTS = FunctionUse(
    contract.HANDLER, "Shares Amazon Redshift snapshots with other AWS accounts"
)
NEWEST_SNAPSHOTS = FunctionUse(
    contract.CLUSTER_HANDLER,
    "Keeps the newest snapshots of an Amazon Redshift cluster shared with other AWS "
    "accounts",
)


def define_function(
    scope: Construct,
    use: FunctionUse,
    props: FunctionProps,
    *,
    role: iam.IRole,
    log_group: logs.ILogGroup,
    variables: dict[str, str],
) -> lambda_.Function:
    """Define the function that runs the handler.

    Args:
        scope: The construct that it is in.
        use: What it is used for.
        props: Its props, checked.
        role: Its role.
        log_group: Its log group.
        variables: Its environment variables.
    """
    groups, memory_size = props.security_groups, props.memory_size
    function = lambda_.Function(
        scope,
        "Function",
        description=use.description,
        code=package_handler(),
        handler=use.handler,
        # Some Regions do not have the other architecture.
        architecture=lambda_.Architecture.X86_64,
        runtime=lambda_.Runtime.PYTHON_3_13,
        role=role,
        memory_size=_DEFAULT_MEMORY_SIZE if memory_size is None else memory_size,
        timeout=Duration.seconds(contract.FUNCTION_TIMEOUT_SECONDS),
        retry_attempts=0,
        max_event_age=Duration.seconds(contract.SERVICE_TIMEOUT_SECONDS),
        reserved_concurrent_executions=props.reserved_concurrent_executions,
        environment=variables,
        environment_encryption=props.environment_encryption,
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        vpc=props.vpc,
        vpc_subnets=props.vpc_subnets,
        security_groups=None if groups is None else [*groups],
    )
    acknowledge(
        function,
        dict.fromkeys(_RUNTIME_RULES, _RUNTIME_REASON)
        | dict.fromkeys(_FAILED_EVENT_RULES, _FAILED_EVENT_REASON),
    )
    return function
