"""A custom resource that writes down what CloudFormation shows while it works.

Its physical id is its name, so that another name is a replacement.
"""

from aws_cdk import (
    CustomResource,
    Duration,
    aws_iam,
    aws_lambda,
    aws_logs,
)
from constructs import Construct

from verify_aws.deployment.records import RECORD

#: The logical ids of the resources in the template.
PROBE, SIBLING = "Probe", "Sibling"

_TIMEOUT = Duration.seconds(60)
# Every line that it prints is one record.
_CODE = """
import json
import time
import urllib.request

import boto3


def on_event(event, context):
    cloudformation = boto3.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=event["StackId"])["Stacks"][0]
    names = {"StackName": event["StackId"], "LogicalResourceId": event["LogicalResourceId"]}
    try:
        shown = cloudformation.describe_stack_resource(**names)["StackResourceDetail"]
    except Exception as error:
        shown = {"ResourceStatus": type(error).__name__}
    properties = event["ResourceProperties"]
    operations = stack.get("LastOperations") or []
    identifier = event.get("PhysicalResourceId", properties["Name"])
    if event["RequestType"] != "Delete":
        identifier = properties["Name"]
    fails = properties["Fails"] == "yes" and event["RequestType"] != "Delete"
    print("@RECORD@" + json.dumps({
        "time": time.time(),
        "stack": stack["StackName"],
        "request": event["RequestType"],
        "resource": event["LogicalResourceId"],
        "sent": event.get("PhysicalResourceId"),
        "name": properties["Name"],
        "status": stack["StackStatus"],
        "operations": [each.get("OperationType") for each in operations],
        "shown": shown.get("PhysicalResourceId"),
        "shown_status": shown["ResourceStatus"],
    }), flush=True)
    body = json.dumps({
        "Status": "FAILED" if fails else "SUCCESS",
        "Reason": "it was told to fail",
        "PhysicalResourceId": identifier,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")
    request.add_header("Content-Type", "")
    urllib.request.urlopen(request, timeout=30).close()
""".replace("@RECORD@", RECORD)


class Probe(Construct):
    """The function behind the custom resource, and the resource itself."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, log_group_name: str
    ) -> None:
        super().__init__(scope, construct_id)
        # Not of the stack: what is written during a rollback has to outlive that.
        log_group = aws_logs.LogGroup.from_log_group_name(
            self, "LogGroup", log_group_name
        )
        function = aws_lambda.Function(
            self,
            "Function",
            runtime=aws_lambda.Runtime.PYTHON_3_13,
            handler="index.on_event",
            code=aws_lambda.Code.from_inline(_CODE),
            timeout=_TIMEOUT,
            log_group=log_group,
        )
        function.add_to_role_policy(
            aws_iam.PolicyStatement(
                actions=[
                    "cloudformation:DescribeStacks",
                    "cloudformation:DescribeStackResource",
                ],
                resources=["*"],
            )
        )
        self._token = function.function_arn
        self._function = function
        self.resource = self._resource(PROBE, name, fails=False)

    def add_failing_sibling(self, after: Construct) -> None:
        """Add a resource that fails after another one has been created or updated."""
        sibling = self._resource(SIBLING, "sibling", fails=True)
        sibling.node.add_dependency(after, self.resource)

    def _resource(self, construct_id: str, name: str, *, fails: bool) -> CustomResource:
        resource = CustomResource(
            self,
            construct_id,
            resource_type=f"Custom::Verify{construct_id}",
            service_token=self._token,
            service_timeout=_TIMEOUT,
            properties={"Name": name, "Fails": "yes" if fails else "no"},
        )
        # Before its role's policy goes, and after it comes.
        resource.node.add_dependency(self._function)
        return resource
