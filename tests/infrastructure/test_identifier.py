"""Identifiers that synthesis knows only in part, or not at all."""

from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack, aws_ssm as ssm

from tests.infrastructure.stacks import (
    ACCOUNT,
    OWNER,
    REGION,
    new_stack,
    share,
    shared_snapshots,
    shares_of,
)


@pytest.fixture
def token(stack: Stack) -> str:
    return CfnParameter(stack, "Name").value_as_string


PROPS = pytest.mark.parametrize(
    ("prop", "sent"),
    [
        ("snapshot_identifier", "SnapshotIdentifier"),
        ("snapshot_cluster_identifier", "SnapshotClusterIdentifier"),
    ],
)


def joined(*parts: Any) -> Any:
    return {"Fn::Join": ["", list(parts)]}


@PROPS
def test_is_in_lower_case_except_for_its_tokens(
    stack: Stack, token: str, prop: str, sent: str
) -> None:
    share(stack, **{prop: f"Sales-{token}-Month-End"})

    assert shares_of(stack)[0][sent] == joined("sales-", {"Ref": "Name"}, "-month-end")


def test_is_allowed_in_lower_case_except_for_its_tokens(
    stack: Stack, token: str
) -> None:
    share(stack, snapshot_identifier=f"Sales-{token}")

    (resource,) = shared_snapshots(stack)
    assert resource["Fn::Join"][1][-2:] == [":snapshot:*/sales-", {"Ref": "Name"}]


@PROPS
@pytest.mark.parametrize("name", ["2026-{}", "sales_{}", "a--{}", "{}/a", "{}-", "{} "])
def test_fails_when_what_is_known_is_malformed(
    stack: Stack, token: str, prop: str, sent: str, name: str
) -> None:
    del sent

    with pytest.raises(ValueError, match=rf"^{prop} must be 1 to") as raised:
        share(stack, **{prop: name.format(token)})

    assert str(raised.value).endswith(f"got {name.format('<a token>')!r}")


def test_fails_when_what_is_known_is_of_an_automated_snapshot(
    stack: Stack, token: str
) -> None:
    with pytest.raises(
        ValueError, match="'rs:sales-<a token>' names an automated snapshot"
    ):
        share(stack, snapshot_identifier=f"rs:sales-{token}")


@pytest.mark.parametrize(
    ("prop", "longest"),
    [("snapshot_identifier", 255), ("snapshot_cluster_identifier", 63)],
)
def test_token_counts_as_one_character(
    stack: Stack, token: str, prop: str, longest: int
) -> None:
    share(stack, **{prop: "s" * (longest - 1) + token})

    with pytest.raises(ValueError, match=f"^{prop} must be 1 to {longest}"):
        share(stack, "Longer", **{prop: "s" * longest + token})


@PROPS
@pytest.mark.parametrize("value", [123, ["sales"]])
def test_fails_when_it_is_no_text(
    stack: Stack, prop: str, sent: str, value: Any
) -> None:
    del sent

    with pytest.raises(TypeError, match=f"^{prop} must be a string, got .*{value}"):
        share(stack, **{prop: value})


@PROPS
def test_fails_when_it_is_a_dynamic_reference(
    stack: Stack, prop: str, sent: str
) -> None:
    del sent

    with pytest.raises(
        ValueError,
        match=rf"^{prop} must not be a dynamic reference, got '.*'; give a token",
    ):
        share(stack, **{prop: "{{resolve:ssm:name:1}}"})


@PROPS
@pytest.mark.parametrize("name", ["{}", "sales-{}"])
def test_may_be_still_to_be_looked_up(prop: str, sent: str, name: str) -> None:
    stack = new_stack(account=OWNER, region=REGION)
    value = name.format(ssm.StringParameter.value_from_lookup(stack, "/Team/Name"))

    share(stack, **{prop: value})

    assert shares_of(stack)[0][sent] == name.format("dummy-value-for-/Team/Name")
    assert len(shared_snapshots(stack)) == 1


def test_of_one_token_is_shared_once(stack: Stack, token: str) -> None:
    share(stack, snapshot_identifier=f"SALES-{token}")

    with pytest.raises(
        ValueError,
        match=f"snapshot sales-<a token> is already shared with account {ACCOUNT}",
    ):
        share(stack, "Again", snapshot_identifier=f"sales-{token}")
