"""A stack that the CDK CLI deploys, and what was seen of it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_aws.cdk_cli import CdkError, run_cdk
from verify_aws.deployment.ground import lay_ground
from verify_aws.deployment.records import read_records
from verify_aws.deployment.stage import Stage
from verify_aws.deployment.traces import Deployment
from verify_aws.resources import STACK
from verify_aws.resources.stack import status_of
from verify_aws.site import Site
from verify_aws.waiting import wait_until

_EVENT_FIELDS = (
    "Timestamp",
    "LogicalResourceId",
    "ResourceType",
    "ResourceStatus",
    "ResourceStatusReason",
)


class DeployedStack:
    """A stack of the run.

    Args:
        site: Where it is deployed.
        noun: What tells it from the run's other stacks.
    """

    def __init__(self, site: Site, noun: str) -> None:
        self.name = site.label.name(noun)
        self._noun = noun
        self._site = site
        self._began = datetime.now(UTC)
        self._cloudformation = site.connection.client("cloudformation")
        self._ground = lay_ground(site)
        self._stack_id = ""
        self._functions: set[str] = set()
        self._assembly = Path()
        site.inventory.add(STACK, site.connection, self.name)

    def deploy(self, stage: Stage, *options: str) -> bool:
        """Deploy a stage.

        Returns:
            Whether the CDK CLI said that it went well.

        Raises:
            CdkError: If it failed before there was a stack.
        """
        # Here: it takes seconds to import the CDK.
        from verify_aws.deployment.app import synthesize  # noqa: PLC0415

        self._assembly = synthesize(self._site, self.name, stage, self._ground)
        try:
            self._run("deploy", "--require-approval=never", *options)
        except CdkError:
            if self.status() is None:
                raise
            return False
        finally:
            if self.status() is not None:
                self._remember()
        return True

    def destroy(self, *options: str) -> None:
        """Delete the stack with the CDK CLI."""
        self._run("destroy", "--force", *options)

    def roll_back(self) -> str | None:
        """Roll back what failed while that was disabled.

        Returns:
            The status in the end; none if the stack is gone.
        """
        self._cloudformation.rollback_stack(StackName=self._stack_id)
        wait_until(
            self._site.connection,
            lambda: not (self.status() or "").endswith("_IN_PROGRESS"),
            f"the rollback of stack {self.name} does not end",
            minutes=40,
        )
        return self.status()

    def status(self) -> str | None:
        """The stack's status; none if it is gone."""
        return status_of(self._cloudformation, self.name)

    def record(self, request: str, physical_id: str) -> dict[str, Any]:
        """Read what the probe wrote at a request, once it is there.

        Args:
            request: Such as `Delete`.
            physical_id: The id that the request was sent with.
        """
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            found.extend(
                record
                for record in read_records(
                    self._site.connection, self._ground.log_group, self.name
                )
                if (record["request"], record["sent"]) == (request, physical_id)
            )
            return bool(found)

        wait_until(
            self._site.connection,
            is_there,
            f"stack {self.name} sent no {request} of {physical_id}",
            minutes=3,
        )
        return found[0]

    def keep(self) -> None:
        """Keep the stack's events for the report, and what finds its functions' calls."""
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(
            StackName=self._stack_id
        )
        events = [
            {name: event[name] for name in _EVENT_FIELDS if name in event}
            for page in pages
            for event in page["StackEvents"]
        ]
        self._site.deployments[self._noun] = Deployment(
            events[::-1], frozenset(self._functions), self._began
        )

    def _remember(self) -> None:
        """Note what cannot be asked any more when the stack is gone."""
        [stack] = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        self._stack_id = stack["StackId"]
        pages = self._cloudformation.get_paginator("list_stack_resources")
        self._functions.update(
            resource.get("PhysicalResourceId", "")
            for page in pages.paginate(StackName=self._stack_id)
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == "AWS::Lambda::Function"
        )

    def _run(self, command: str, *arguments: str) -> None:
        run_cdk(
            command,
            self.name,
            "--app",
            str(self._assembly),
            *arguments,
            environment=self._site.connection.environment(),
            directory=self._site.folder,
            logs=self._site.folder,
        )
