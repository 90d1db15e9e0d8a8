"""`seeds/` = botocore's service model = the attributes of the custom resource."""

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from redshift_snapshot_share_handler.attributes import attributes_of
from redshift_snapshot_share_handler.contract import (
    ATTRIBUTES,
    TRUNCATED_ATTRIBUTE,
    Property,
)

SEEDS = Path(__file__).parents[2] / "seeds"
MODEL = botocore.session.Session().get_service_model("redshift")
OPERATIONS = ("AuthorizeSnapshotAccess", "RevokeSnapshotAccess")


def seed(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SEEDS / f"{name}.json").read_text("utf-8"))
    return content


def described(shape: Any) -> dict[str, Any]:
    """A shape of botocore, as the seeds write it."""
    match shape.type_name:
        case "list":
            return {"type": "list", "member": described(shape.member)}
        case "structure":
            return {
                "type": "structure",
                "fields": [
                    {"name": name, **described(member)}
                    for name, member in shape.members.items()
                ],
            }
        case kind:
            return {"type": kind}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_parameters_are_those_of_the_service_model(operation: str) -> None:
    shape = MODEL.operation_model(operation).input_shape

    assert seed(operation)["operation"] == operation
    assert seed(operation)["parameters"] == [
        {
            "name": name,
            "type": member.type_name,
            "required": name in shape.required_members,
        }
        for name, member in shape.members.items()
    ]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_errors_are_those_of_the_service_model(operation: str) -> None:
    errors = [
        {
            "shape": shape.name,
            "code": shape.metadata["error"]["code"],
            "http_status": shape.metadata["error"]["httpStatusCode"],
        }
        for shape in MODEL.operation_model(operation).error_shapes
    ]

    assert seed(operation)["errors"] == sorted(errors, key=lambda error: error["shape"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_both_operations_respond_with_the_snapshot(operation: str) -> None:
    shape = MODEL.operation_model(operation).output_shape

    assert seed(operation)["result"] == "Snapshot"
    assert {name: member.name for name, member in shape.members.items()} == {
        "Snapshot": "Snapshot"
    }


def test_describing_responds_with_the_same_structure() -> None:
    shape = MODEL.operation_model("DescribeClusterSnapshots").output_shape

    assert shape.members["Snapshots"].member.name == "Snapshot"


def test_the_snapshot_is_that_of_the_service_model() -> None:
    assert seed("Snapshot")["structure"] == "Snapshot"
    assert (
        seed("Snapshot")["fields"] == described(MODEL.shape_for("Snapshot"))["fields"]
    )


def test_every_field_is_an_attribute_of_the_same_type() -> None:
    fields = {field["name"]: field["type"] for field in seed("Snapshot")["fields"]}

    assert fields == {name: kind.value for name, kind in ATTRIBUTES.items()}
    assert list(fields) == list(ATTRIBUTES)


def test_every_attribute_is_in_the_response() -> None:
    fields = [field["name"] for field in seed("Snapshot")["fields"]]

    assert list(attributes_of({})) == [*fields, TRUNCATED_ATTRIBUTE]


def test_the_members_of_lists_are_read_under_their_names() -> None:
    """A renamed member would leave the attribute empty without an error."""
    members = {
        field["name"]: field["member"]
        for field in seed("Snapshot")["fields"]
        if "member" in field
    }
    fields = {
        name: [
            {part["name"]: part["name"] for part in member["fields"]}
            if member["type"] == "structure"
            else "element"
        ]
        for name, member in members.items()
    }

    attributes = attributes_of(fields)

    assert {name: attributes[name] for name in members} == {
        "AccountsWithRestoreAccess": "AccountId",
        "Tags": '[{"Key":"Key","Value":"Value"}]',
        "RestorableNodeTypes": "element",
    }


def test_properties_of_the_api_have_the_apis_names() -> None:
    parameters = {
        entry["name"] for entry in seed("AuthorizeSnapshotAccess")["parameters"]
    }

    assert set(Property) - parameters == {
        Property.EXISTING_SHARE,
        Property.REMOVAL_POLICY,
        Property.WAIT_FOR_SNAPSHOT,
    }
    assert parameters <= set(Property)
