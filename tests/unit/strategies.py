"""Snapshots as botocore parses them, for Hypothesis."""

from typing import Any

from hypothesis import strategies as st

from redshift_snapshot_share_handler.contract import ATTRIBUTES, AttributeType

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
tag = st.fixed_dictionaries(
    {
        "Key": st.text(st.characters(exclude_categories=["Cs"]), max_size=128),
        "Value": st.text(st.characters(exclude_categories=["Cs"]), max_size=256),
    }
)
BY_TYPE: dict[AttributeType, st.SearchStrategy[Any]] = {
    AttributeType.STRING: texts,
    AttributeType.INTEGER: st.integers(-(2**31), 2**31),
    AttributeType.LONG: st.integers(-(2**63), 2**63),
    AttributeType.DOUBLE: st.floats(),
    AttributeType.BOOLEAN: st.booleans(),
    AttributeType.TIMESTAMP: st.datetimes(timezones=st.none() | st.timezones()),
}
LISTS: dict[str, st.SearchStrategy[Any]] = {
    "AccountsWithRestoreAccess": st.lists(
        st.fixed_dictionaries({"AccountId": st.from_regex(r"[0-9]{12}")}), max_size=20
    ),
    "RestorableNodeTypes": st.lists(st.just("ra3.16xlarge"), max_size=20),
    "Tags": st.lists(tag, max_size=50),
}
snapshots = st.fixed_dictionaries(
    {},
    optional={
        name: LISTS[name] if kind is AttributeType.LIST else st.none() | BY_TYPE[kind]
        for name, kind in ATTRIBUTES.items()
    },
)
