"""`python -m benchmarks.apps KIND SHARES`: a CDK app that shares this many snapshots.

The kinds are this project and its peers.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from aws_cdk import (
    App,
    ArnFormat,
    CustomResource,
    Stack,
    aws_iam as iam,
    aws_lambda as lambda_,
    custom_resources,
)

from benchmarks.events import ACCOUNT
from benchmarks.snapshots import snapshot_names
from cdk_redshift_snapshot_share import SnapshotShare

_PLAIN_BOTO3 = Path(__file__).parent / "plain_boto3"


def this_project(stack: Stack, snapshots: Sequence[str]) -> None:
    """Share with this project."""
    for name in snapshots:
        SnapshotShare(
            stack,
            f"Share-{name}",
            snapshot_identifier=name,
            account_with_restore_access=ACCOUNT,
        )


def aws_custom_resource(stack: Stack, snapshots: Sequence[str]) -> None:
    """Share with `AwsCustomResource`. Each share has only the permissions that it needs."""
    for name in snapshots:
        custom_resources.AwsCustomResource(
            stack,
            f"Share-{name}",
            on_create=_call("authorizeSnapshotAccess", name),
            on_delete=_call("revokeSnapshotAccess", name),
            install_latest_aws_sdk=False,
            policy=custom_resources.AwsCustomResourcePolicy.from_statements(
                [
                    iam.PolicyStatement(
                        actions=[
                            "redshift:AuthorizeSnapshotAccess",
                            "redshift:RevokeSnapshotAccess",
                        ],
                        resources=[_arn(stack, name)],
                    )
                ]
            ),
        )


def provider(stack: Stack, snapshots: Sequence[str]) -> None:
    """Share with `custom_resources.Provider` and a plain handler."""
    framework = custom_resources.Provider(
        stack, "Provider", on_event_handler=_plain_boto3(stack, snapshots)
    )
    _resources(stack, snapshots, framework.service_token)


def _plain_boto3(stack: Stack, snapshots: Sequence[str]) -> lambda_.Function:
    function = lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_asset(str(_PLAIN_BOTO3), exclude=["__pycache__"]),
        handler="index.on_event",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    for name in snapshots:
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=[
                    "redshift:AuthorizeSnapshotAccess",
                    "redshift:RevokeSnapshotAccess",
                ],
                resources=[_arn(stack, name)],
            )
        )
    return function


def _resources(stack: Stack, snapshots: Sequence[str], service_token: str) -> None:
    for name in snapshots:
        CustomResource(
            stack,
            f"Share-{name}",
            service_token=service_token,
            resource_type="Custom::SnapshotShare",
            properties={
                "SnapshotIdentifier": name,
                "AccountWithRestoreAccess": ACCOUNT,
            },
        )


def _call(action: str, snapshot: str) -> custom_resources.AwsSdkCall:
    return custom_resources.AwsSdkCall(
        service="redshift",
        action=action,
        parameters={
            "SnapshotIdentifier": snapshot,
            "AccountWithRestoreAccess": ACCOUNT,
        },
        physical_resource_id=custom_resources.PhysicalResourceId.of(
            f"{snapshot}/{ACCOUNT}"
        ),
    )


def _arn(stack: Stack, snapshot: str) -> str:
    return stack.format_arn(
        service="redshift",
        resource="snapshot",
        resource_name=f"*/{snapshot}",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


KINDS: dict[str, Callable[[Stack, Sequence[str]], None]] = {
    "this-project": this_project,
    "aws-custom-resource": aws_custom_resource,
    "provider": provider,
}


def main() -> None:
    """Synthesize."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("shares", type=int)
    arguments = parser.parse_args()
    app = App()
    KINDS[arguments.kind](Stack(app, "Bench"), snapshot_names(arguments.shares))
    app.synth()


if __name__ == "__main__":
    main()
