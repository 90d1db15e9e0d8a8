"""Starts and stops the local AWS: a context manager."""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

import boto3
from botocore.config import Config

from local_aws.environment import (
    SECRET_ACCESS_KEY,
    client_environment,
    without_foreign_variables,
)
from local_aws.log_folder import make_log_folder
from local_aws.redshift_options import RedshiftOptions
from local_aws.region import check_region
from local_aws.service_process import ServiceProcess


class LocalAws:
    """An AWS on this machine, from `start` to `stop`.

    No data are kept between two of them. Any number of them can run at the same time.

    Args:
        logs: Folder for the logs, created if needed. Default: a new folder in `.local-aws`,
            which keeps the logs of the last ten runs.
        account: The account in `variables`. All other accounts exist too.
        region: The Region in `variables`. All other Regions of the partition `aws` exist
            too.
        port: Port of all services but Redshift. Default: a free one.
        redshift_port: Port of the Redshift. Default: a free one.
        redshift: How the Redshift behaves. Default: like `Redshift`, without throttling.

    Raises:
        ValueError: If the Region is of another partition.
    """

    def __init__(
        self,
        *,
        logs: Path | None = None,
        account: str = "000000000000",
        region: str = "us-east-1",
        port: int = 0,
        redshift_port: int = 0,
        **redshift: Unpack[RedshiftOptions],
    ) -> None:
        check_region(region)
        self.account = account
        self.region = region
        self.logs = logs or make_log_folder()
        self.logs.mkdir(parents=True, exist_ok=True)
        self._call_log = self.logs / "redshift-calls.jsonl"
        self._services = ServiceProcess(
            self.logs / "services.log",
            account,
            region,
            {
                "--call-log": self._call_log.resolve(),
                "--redshift-options": json.dumps(redshift),
                "--port": port,
                "--redshift-port": redshift_port,
            },
        )

    def __enter__(self) -> Self:
        self.start()
        self.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the services, without waiting until they respond."""
        self._services.start()

    def wait(self) -> None:
        """Wait until the services respond.

        Raises:
            RuntimeError: If they do not start.
        """
        self._services.wait()

    def stop(self) -> None:
        """Stop the services and everything that they started."""
        self._services.stop()

    @property
    def endpoint_url(self) -> str:
        """The address of all services except Redshift."""
        return self._url("port")

    @property
    def redshift_endpoint_url(self) -> str:
        """The address of Redshift."""
        return self._url("redshift_port")

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that make the AWS SDKs use this AWS."""
        return self.variables_of(self.account, self.region)

    def variables_of(self, account: str, region: str) -> dict[str, str]:
        """The environment variables for another account or Region of this AWS."""
        return {
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint_url,
            # A numeric address keeps bucket names out of the host name.
            "AWS_ENDPOINT_URL_S3": self.endpoint_url,
            "AWS_ENDPOINT_URL_REDSHIFT": self.redshift_endpoint_url,
        }

    def environment_of(self, account: str, region: str) -> dict[str, str]:
        """Build the environment of a process that acts as an account.

        Files that it leaves in the temporary folder are deleted with the services.
        """
        return client_environment(
            self.variables_of(account, region), self._services.temporary
        )

    def client(
        self, service: str, *, account: str | None = None, region: str | None = None
    ) -> Any:
        """Make a boto3 client with the credentials of an account's root.

        Args:
            service: The service, as boto3 calls it.
            account: The account. Default: that of `variables`.
            region: The Region. Default: that of `variables`.
        """
        with without_foreign_variables():
            return boto3.session.Session().client(
                service,
                aws_access_key_id=account or self.account,
                aws_secret_access_key=SECRET_ACCESS_KEY,
                region_name=region or self.region,
                endpoint_url=(
                    self.redshift_endpoint_url
                    if service == "redshift"
                    else self.endpoint_url
                ),
                config=Config(
                    retries={"mode": "standard", "total_max_attempts": 1},
                    proxies={},
                    read_timeout=900,
                ),
            )

    def redshift_calls(self) -> list[dict[str, Any]]:
        """Read the log of all calls to Redshift so far.

        Returns:
            For each call: `time`, `account`, `caller` (an ARN), `operation`, `outcome`
            (`OK` or the code of the error) and `parameters`. A call that IAM denied also
            has `reason`.
        """
        if not self._call_log.exists():
            return []
        lines = self._call_log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def write_function_logs(self) -> Path | None:
        """Write the logs of the Lambda functions to the folder of the logs.

        Returns:
            The file; none if the functions logged nothing.
        """
        logs = self.client("logs")
        lines = [
            f"{group['logGroupName']} {event['message'].rstrip()}\n"
            for group in logs.describe_log_groups()["logGroups"]
            for event in logs.filter_log_events(logGroupName=group["logGroupName"])[
                "events"
            ]
        ]
        if not lines:
            return None
        path = self.logs / "functions.log"
        path.write_text("".join(lines), encoding="utf-8")
        return path

    def _url(self, port: str) -> str:
        return f"http://127.0.0.1:{self._services.wait()[port]}"
