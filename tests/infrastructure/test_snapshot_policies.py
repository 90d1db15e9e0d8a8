"""Policies stay within IAM's limits for any number of shares."""

import json
from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack, aws_iam as iam
from aws_cdk.assertions import Template
from hypothesis import given, strategies as st

from cdk_redshift_snapshot_share import SnapshotShareProvider
from cdk_redshift_snapshot_share._private.iam.policy_arn import (
    PolicyArn,
    compose_policy_arn,
)
from cdk_redshift_snapshot_share._private.iam.snapshot_policies import pack
from cdk_redshift_snapshot_share._private.named_snapshot import check_snapshot
from cdk_redshift_snapshot_share._private.share_props import ShareProps
from cdk_redshift_snapshot_share._private.stack_environment import StackEnvironment
from tests.infrastructure.stacks import (
    SHARE,
    arn,
    new_stack,
    resources,
    share,
    shared_snapshots,
)

MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
NO_PROPS = ShareProps(*[None] * len(ShareProps._fields))
# The longest there are.
DEPLOYED = {
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "us-isof-south-1",
    "AWS::AccountId": "123456789012",
    "Name": "s" * 255,
    "Cluster": "c" * 63,
}


def declare(stack: Stack, count: int, length: int = 16) -> None:
    for number in range(count):
        share(
            stack,
            f"Share{number}",
            snapshot_identifier=f"s{number:0{length - 1}}",
        )


def deployed(value: Any) -> Any:
    """Replace values that are known only at deployment by the longest values."""
    match value:
        case {"Ref": name}:
            return DEPLOYED[name]
        case {"Fn::Sub": text}:
            for name, longest in DEPLOYED.items():
                text = text.replace(f"${{{name}}}", longest)
            return text
        case {"Fn::Join": [delimiter, parts]}:
            return delimiter.join(deployed(part) for part in parts)
        case dict():
            return {name: deployed(part) for name, part in value.items()}
        case list():
            return [deployed(part) for part in value]
    return value


def lengths(stack: Stack) -> list[int]:
    """Characters of each managed policy as IAM counts them."""
    return [
        len(
            json.dumps(
                deployed(policy["Properties"]["PolicyDocument"]), separators=(",", ":")
            )
        )
        for policy in resources(stack, MANAGED_POLICY).values()
    ]


@pytest.fixture(scope="module")
def full() -> Stack:
    stack = new_stack()
    declare(stack, 450)
    return stack


class TestFullStack:
    def test_of_450_snapshots_has_room_left(self, full: Stack) -> None:
        template = Template.from_stack(full).to_json()

        assert len(template["Resources"]) < 490

    def test_names_each_snapshot_once(self, full: Stack) -> None:
        named = [json.dumps(resource) for resource in shared_snapshots(full)]

        assert len(named) == 450
        assert len(set(named)) == 450

    def test_fits_the_policies_of_a_role(self, full: Stack) -> None:
        assert len(lengths(full)) == 7
        assert max(lengths(full)) <= 6_144

    def test_wastes_no_policy(self, full: Stack) -> None:
        # Another snapshot would not have fitted.
        assert min(sorted(lengths(full))[1:]) > 6_144 - 2 * 83

    def test_has_one_statement_per_policy(self, full: Stack) -> None:
        assert {
            len(policy["Properties"]["PolicyDocument"]["Statement"])
            for policy in resources(full, MANAGED_POLICY).values()
        } == {1}

    def test_has_policies_that_the_function_waits_for(self, full: Stack) -> None:
        (function,) = resources(full, "AWS::Lambda::Function").values()

        assert set(function["DependsOn"]) >= set(resources(full, MANAGED_POLICY))

    def test_has_a_small_template(self, full: Stack) -> None:
        half = new_stack()
        declare(half, 225)
        sizes = [
            len(json.dumps(Template.from_stack(it).to_json(), separators=(",", ":")))
            for it in (half, full)
        ]

        # The same with a singleton function and CDK's own CustomResource: 560.
        assert (sizes[1] - sizes[0]) / 225 <= 490


def test_twenty_accounts_for_each_of_24_snapshots_fit_one_stack() -> None:
    stack = new_stack()
    for snapshot in range(24):
        for account in range(20):
            share(
                stack,
                f"Share{snapshot}For{account}",
                snapshot_identifier=f"sales-2026-11-{snapshot:02}",
                account_with_restore_access=f"{210_000_000_000 + account}",
            )

    template = Template.from_stack(stack).to_json()

    assert len(resources(stack, SHARE)) == 480
    assert len(template["Resources"]) < 490
    assert len(shared_snapshots(stack)) == 24
    assert len(resources(stack, MANAGED_POLICY)) == 1


def test_order_of_declarations_does_not_change_the_template() -> None:
    templates = []
    names = [f"sales-2026-{number:03}" for number in range(100)]
    for order in (names, names[::-1]):
        stack = new_stack()
        for name in order:
            share(stack, name, snapshot_identifier=name)
        templates.append(Template.from_stack(stack).to_json())

    assert templates[0] == templates[1]


def test_snapshot_that_sorts_last_changes_only_the_last_policy() -> None:
    before, after = new_stack(), new_stack()
    declare(before, 100)
    declare(after, 100)
    share(after, "Last", snapshot_identifier="t")

    changed = [
        one
        for one, other in zip(
            resources(before, MANAGED_POLICY).values(),
            resources(after, MANAGED_POLICY).values(),
            strict=True,
        )
        if one != other
    ]

    assert len(changed) == 1


def test_snapshot_is_named_once_for_all_its_accounts() -> None:
    stack = new_stack()
    share(stack)
    share(stack, "Other", account_with_restore_access="321098765432")

    assert shared_snapshots(stack) == [arn("*/sales-2026-11-23")]


def test_tokens_count_at_their_longest() -> None:
    stack = new_stack()
    name = CfnParameter(stack, "Name").value_as_string
    cluster = CfnParameter(stack, "Cluster").value_as_string
    for number in range(20):
        share(
            stack,
            f"Share{number}",
            # A parameter is at most as long as the name, with the digits a bit longer.
            snapshot_identifier=f"{name}{number}",
            snapshot_cluster_identifier=cluster,
        )

    assert len(lengths(stack)) == 2
    assert max(lengths(stack)) <= 6_144 + 2 * 20


@pytest.mark.parametrize("region", [None, "eu-west-1"])
@pytest.mark.parametrize(
    ("name", "length"),
    [
        ({"snapshot_arn": "{Arn}"}, 63 + 255),
        ({"snapshot_arn": "arn:aws:redshift:{Arn}:snapshot:sales/{Arn}"}, 63 + 255),
        ({"snapshot_identifier": "sales-{Arn}"}, 1 + 255),
        (
            {
                "snapshot_identifier": "month-end",
                "snapshot_cluster_identifier": "sales-{Arn}",
            },
            63 + 9,
        ),
    ],
    ids=["arn", "parts of an arn", "identifier", "cluster"],
)
def test_token_counts_at_its_longest_and_no_longer(
    region: str | None, name: dict[str, str], length: int
) -> None:
    stack = new_stack(region=region)
    token = CfnParameter(stack, "Arn").value_as_string
    named: dict[str, Any] = {
        prop: value.format(Arn=token) for prop, value in name.items()
    }
    snapshot = check_snapshot(NO_PROPS._replace(**named))

    policy_arn = compose_policy_arn(snapshot, StackEnvironment.of(stack))

    environment = f"arn:aws-us-gov:redshift:{region or 'us-isof-south-1'}:123456789012"
    assert not policy_arn.has_known_name
    assert policy_arn.max_length == len(f"{environment}:snapshot:/") + length


def test_known_region_counts_as_long_as_it_is() -> None:
    stack = new_stack(region="eu-west-1")
    declare(stack, 75)
    elsewhere = new_stack()
    declare(elsewhere, 75)

    assert len(lengths(stack)) == 1
    assert len(lengths(elsewhere)) == 2


def test_provider_of_ones_own_has_its_own_room() -> None:
    stack = new_stack()
    for name in ("One", "Two"):
        provider = SnapshotShareProvider(stack, name)
        for number in range(100):
            share(
                stack,
                f"{name}{number}",
                snapshot_identifier=f"{name}-{'s' * 240}{number:03}",
                provider=provider,
            )

    assert len(lengths(stack)) == 12
    assert max(lengths(stack)) <= 6_144


def test_fails_when_the_snapshots_do_not_fit_the_policies_of_a_role() -> None:
    stack = new_stack()
    declare(stack, 180, length=255)

    with pytest.raises(
        ValueError,
        match=r"fit in 10 managed policies of 6,144 characters; snapshot s9{76}\.\.\. is "
        "number 181 and does not fit; use a provider with another role for some of the "
        "shares, or another stack",
    ):
        share(stack, snapshot_identifier="s" + "9" * 254)


def test_providers_with_one_role_have_one_room() -> None:
    stack = new_stack()
    role = iam.Role.from_role_name(stack, "Role", "snapshot-sharing")
    providers = [
        SnapshotShareProvider(stack, name, role=role) for name in ("One", "Two")
    ]
    for number in range(180):
        share(
            stack,
            f"Share{number}",
            snapshot_identifier=f"s{number:0254}",
            provider=providers[number % 2],
        )

    with pytest.raises(
        ValueError, match=r"a role can share .* snapshot t9.* is number 181"
    ):
        share(stack, snapshot_identifier="t" + "9" * 254, provider=providers[0])

    assert len(resources(stack, MANAGED_POLICY)) == 10


RESOURCES = st.lists(
    st.builds(
        PolicyArn,
        text=st.text(min_size=1, max_size=20),
        has_known_name=st.booleans(),
        max_length=st.integers(min_value=80, max_value=400),
    ),
    max_size=120,
    unique_by=lambda arn: arn.text,
)


@given(RESOURCES)
def test_packing_keeps_every_snapshot(declared: list[PolicyArn]) -> None:
    packed = [arn for policy in pack(declared) for arn in policy]

    assert len(packed) == len(declared)
    assert set(packed) == set(declared)


@given(RESOURCES)
def test_packing_leaves_no_policy_empty_or_too_long(
    declared: list[PolicyArn],
) -> None:
    for policy in pack(declared):
        assert policy
        assert sum(arn.max_length + 3 for arn in policy) <= 6_144 - 180


@given(RESOURCES, st.integers(min_value=0, max_value=119))
def test_packing_one_more_never_takes_fewer_policies(
    declared: list[PolicyArn], left_out: int
) -> None:
    """Policies are defined when they are needed, and cannot be removed."""
    fewer = declared[:left_out] + declared[left_out + 1 :]

    assert len(pack(fewer)) <= len(pack(declared))
