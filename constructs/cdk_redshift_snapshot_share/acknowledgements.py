"""Findings of cdk-nag that this library answers for, so that its users need not."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import jsii
from aws_cdk import Acknowledgment, Stack, Validations
from constructs import Construct, IValidation

_WILDCARD_RULE = "AwsSolutions-IAM5"


def acknowledge(construct: Construct, reasons: Mapping[str, str]) -> None:
    """Answer for findings.

    Args:
        construct: What they are about, with all that is in it.
        reasons: Why each rule does not apply, by its id.
    """
    Validations.of(construct).acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )


def wildcard(resource: Any) -> str:
    """Name the finding that a resource in a policy has a wildcard.

    Args:
        resource: The resource as the template has it.
    """
    return f"{_WILDCARD_RULE}[Resource::{_flatten(resource)}]"


def acknowledge_wildcards(
    construct: Construct, resources: Callable[[], list[Any]], reason: str
) -> None:
    """Answer for the wildcards in resources that are declared later on."""
    construct.node.add_validation(_Wildcards(construct, resources, reason))


@jsii.implements(IValidation)
class _Wildcards:
    """Answers when everything is declared and references between stacks are in place.

    Validation is the last step before cdk-nag looks.
    """

    def __init__(
        self, construct: Construct, resources: Callable[[], list[Any]], reason: str
    ) -> None:
        self._construct = construct
        self._resources = resources
        self._reason = reason

    def validate(self) -> list[str]:
        resources = Stack.of(self._construct).resolve(self._resources())
        # All at once: `Validations.acknowledge` takes milliseconds for each.
        self._construct.node.add_metadata(
            Validations.ACKNOWLEDGED_RULES_METADATA_KEY,
            {wildcard(resource): self._reason for resource in resources},
        )
        return []


def _flatten(value: Any) -> str:  # noqa: PLR0911 - one for each intrinsic function
    """Write an intrinsic function as cdk-nag does."""
    match value:
        case str():
            return value.replace("${", "<").replace("}", ">")
        case {"Fn::Sub": str(text)}:
            return _flatten(text)
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(map(_flatten, parts))
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return _flatten(name)
        case {"Ref": name}:
            return f"<{name}>"
    return json.dumps(value, separators=(",", ":"))
