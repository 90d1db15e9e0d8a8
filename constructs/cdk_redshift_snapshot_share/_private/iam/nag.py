"""Acknowledges findings of cdk-nag, so that users do not have to."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import jsii
from aws_cdk import Stack
from constructs import Construct, IValidation

# `Validations.ACKNOWLEDGED_RULES_METADATA_KEY`, which older versions of aws-cdk-lib lack.
# Writing under it does no harm there. `Validations.acknowledge` itself refuses the names of
# cdk-nag's findings in some versions, and each call takes milliseconds.
_METADATA_KEY = "aws:cdk:acknowledged-rules"

_WILDCARD_RULE = "AwsSolutions-IAM5"


def acknowledge(construct: Construct, reasons: Mapping[str, str]) -> None:
    """Acknowledge findings.

    Args:
        construct: The construct that the findings are about, including everything in it.
        reasons: The reason why each rule does not apply, by the rule's id.
    """
    construct.node.add_metadata(_METADATA_KEY, dict(reasons))


def name_wildcard(arn: Any) -> str:
    """Compose the id of the finding that an ARN in a policy has a wildcard.

    Args:
        arn: The ARN as it is in the template.
    """
    return f"{_WILDCARD_RULE}[Resource::{_flatten(arn)}]"


def acknowledge_wildcards(
    construct: Construct, list_reasons: Callable[[], list[list[Any]]]
) -> None:
    """Acknowledge the wildcards in ARNs that are declared later.

    Args:
        construct: The policies that have the ARNs.
        list_reasons: Lists the ARNs, each with the reason for its wildcard.
    """
    construct.node.add_validation(_Wildcards(construct, list_reasons))


@jsii.implements(IValidation)
class _Wildcards:
    """Acknowledges findings during validation, after cross-stack references are resolved.

    Validation is the last step before cdk-nag runs.
    """

    def __init__(
        self, construct: Construct, list_reasons: Callable[[], list[list[Any]]]
    ) -> None:
        self._construct = construct
        self._list_reasons = list_reasons

    def validate(self) -> list[str]:
        reasons = Stack.of(self._construct).resolve(self._list_reasons())
        acknowledge(
            self._construct, {name_wildcard(arn): reason for arn, reason in reasons}
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
        case {"Fn::GetAtt": [logical_id, attribute]}:
            return f"<{logical_id}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return _flatten(name)
        case {"Ref": name}:
            return f"<{name}>"
    return json.dumps(value, separators=(",", ":"))
