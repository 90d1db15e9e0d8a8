"""What parliament, a linter of IAM policies, has against those of a template."""

import json
import warnings
from collections.abc import Mapping
from typing import Any

with warnings.catch_warnings():
    # It leaves its own files open when it is imported.
    warnings.simplefilter("ignore", ResourceWarning)
    import parliament

DEPLOYED = {
    "AWS::StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/Stack/0a1b",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": "123456789012",
}
KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/0a1b"
LOG_GROUP_ARN = "arn:aws:logs:eu-central-1:123456789012:log-group:Logs:*"


def policy_findings(template: Mapping[str, Any]) -> list[str]:
    return [
        str(finding)
        for resource in template["Resources"].values()
        if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
        for finding in findings_in(resource["Properties"]["PolicyDocument"])
    ]


def findings_in(policy: Any) -> list[str]:
    text = json.dumps(_deployed(policy))
    return [
        finding.issue for finding in parliament.analyze_policy_string(text).findings
    ]


def _deployed(value: Any) -> Any:
    """Put something in the place of what deployment knows."""
    match value:
        case {"Ref": name}:
            value = DEPLOYED[name]
        case {"Fn::Sub": text}:
            for name, deployed in DEPLOYED.items():
                text = text.replace(f"${{{name}}}", deployed)
            value = text
        case {"Fn::GetAtt": [name, "Arn"]}:
            value = KEY_ARN if "Key" in name else LOG_GROUP_ARN
        case {"Fn::Join": [delimiter, parts]}:
            value = delimiter.join(_deployed(part) for part in parts)
        case dict():
            value = {name: _deployed(part) for name, part in value.items()}
        case list():
            value = [_deployed(part) for part in value]
    return value
