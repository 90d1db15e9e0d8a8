"""A local AWS for all end-to-end tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli
from tests.bootstrapping import bootstrap
from tests.clusters import make_cluster
from tests.end_to_end.deployment import NUMBERS, Account, DeployedStack


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(logs=tmp_path_factory.mktemp("local-aws")) as local_aws:
        yield local_aws


@pytest.fixture(scope="session")
def cdk(aws: LocalAws) -> CdkCli:
    bootstrap(aws)
    return CdkCli(aws)


@pytest.fixture(scope="session")
def account(aws: LocalAws) -> Account:
    account = Account(aws)
    make_cluster(account.redshift)
    return account


@pytest.fixture
def make_stack(cdk: CdkCli, tmp_path: Path) -> Callable[[], DeployedStack]:
    def make() -> DeployedStack:
        name = f"Stack{next(NUMBERS)}"
        folder = tmp_path / name
        folder.mkdir()
        return DeployedStack(cdk, name, folder)

    return make


@pytest.fixture
def stack(make_stack: Callable[[], DeployedStack]) -> DeployedStack:
    return make_stack()
