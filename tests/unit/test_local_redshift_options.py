"""The options of the local Redshift."""

import argparse

import pytest

from local_aws import redshift_options
from local_aws.redshift import Redshift


def parse(*arguments: str) -> redshift_options.RedshiftOptions:
    parser = argparse.ArgumentParser()
    redshift_options.add_arguments(parser)
    return redshift_options.from_arguments(parser.parse_args(arguments))


def test_every_option_is_an_attribute_of_the_redshift_or_its_gate() -> None:
    attributes = vars(Redshift()).keys()

    assert set(redshift_options.RedshiftOptions.__annotations__) == (
        attributes - {"backends", "clock"}
    ) | {"calls_per_second"}


def test_without_options_only_the_quota_is_not_that_of_a_new_redshift() -> None:
    """Tests in process make more snapshots than AWS lets an account have."""
    redshift = vars(Redshift())

    assert {
        name: value for name, value in parse().items() if value != redshift[name]
    } == {"manual_snapshot_quota": 20}


def test_options_are_passed_on() -> None:
    assert parse(
        "--account-lag-seconds=2.5",
        "--begins-with-an-empty-page",
        "--calls-per-second=3",
        "--creating-seconds=30",
        "--estimates-completion",
        "--manual-snapshot-quota=5",
        "--no-snapshot-arns",
        "--page-size=2",
        "--tag-lag-seconds=4",
    ) == {
        "account_lag_seconds": 2.5,
        "begins_with_an_empty_page": True,
        "calls_per_second": 3,
        "creating_seconds": 30,
        "estimates_completion": True,
        "has_snapshot_arns": False,
        "manual_snapshot_quota": 5,
        "page_size": 2,
        "tag_lag_seconds": 4,
    }


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--creating-seconds", "-1", "a number from 0 on, got '-1'"),
        ("--tag-lag-seconds", "soon", "a number from 0 on, got 'soon'"),
        ("--account-lag-seconds", "inf", "a number from 0 on, got 'inf'"),
        ("--page-size", "0", "a whole number from 1 on, got '0'"),
        ("--calls-per-second", "1.5", "a whole number from 1 on, got '1.5'"),
        ("--manual-snapshot-quota", "", "a whole number from 1 on, got ''"),
    ],
)
def test_fails_when_a_value_makes_no_sense(
    option: str, value: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(f"{option}={value}")

    assert f"argument {option}: must be {words}" in capsys.readouterr().err
