"""An AWS on this machine. The real CDK CLI deploys to it, and Lambda functions run in it.

CloudFormation, Lambda, IAM, S3, SSM, STS and KMS are ministack's. The Redshift is moto's,
with the operations that moto lacks. Nothing here leaves the loopback interface.
"""

from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli, CdkError

__all__ = ["CdkCli", "CdkError", "LocalAws"]
