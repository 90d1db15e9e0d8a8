"""A local AWS that behaves as AWS is assumed to, and a site in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.aws import LocalAws
from tests.aws.local_connection import OTHER_ACCOUNT, OTHER_PROFILE, LocalConnect
from verify_aws.inventory import Inventory
from verify_aws.label import Label
from verify_aws.lock import Lock
from verify_aws.receiver import Receiver
from verify_aws.site import Site

#: The account whose questions are asked one by one; others are asked by the command.
ACCOUNT = "123123123123"
REGION = "us-east-1"
COPY_REGION = "eu-west-1"


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    logs = tmp_path_factory.mktemp("local-aws")
    with LocalAws(logs=logs, creating_seconds=1) as local_aws:
        yield local_aws


@pytest.fixture
def throttling_aws(tmp_path: Path) -> Iterator[LocalAws]:
    """One that throttles however slow the machine is, and creates at once."""
    with LocalAws(logs=tmp_path / "throttling", calls_per_second=5) as local_aws:
        yield local_aws


def connect_to(aws: LocalAws, account: str, temporary: Path) -> LocalConnect:
    return LocalConnect(
        aws.variables_of(account, REGION), temporary, aws.logs / "redshift-calls.jsonl"
    )


def make_site(connect: LocalConnect, account: str, folder: Path) -> Site:
    label = Label.new()
    home, other = connect(None, REGION), connect(OTHER_PROFILE, REGION)
    locks = Lock(home, label), Lock(other, label)
    return Site(
        label=label,
        connection=home,
        lock=locks[0],
        inventory=Inventory(label),
        folder=folder,
        account=account,
        other=Receiver(other, OTHER_ACCOUNT, locks[1]),
        copy_region=COPY_REGION,
        may_throttle=True,
    )
