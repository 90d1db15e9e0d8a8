import ssl
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from benchmarks.certificate import write_certificate
from redshift_snapshot_share_handler.authorities import (
    read_ahead,
    trusted_authorities,
)


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    trusted_authorities.cache_clear()
    yield
    trusted_authorities.cache_clear()


def test_certificates_and_host_names_are_checked() -> None:
    trusted = trusted_authorities()

    assert trusted.verify_mode is ssl.CERT_REQUIRED
    assert trusted.check_hostname


def test_the_authorities_are_read_once() -> None:
    assert trusted_authorities() is trusted_authorities()


def test_nothing_is_loaded_for_a_connection(bundle: Path) -> None:
    """urllib3 wants to, for each of them."""
    trusted = trusted_authorities()
    before = trusted.cert_store_stats()

    trusted.load_verify_locations(str(bundle))
    trusted.load_verify_locations(cafile=str(bundle))

    assert trusted.cert_store_stats() == before


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_a_bundle_of_the_environment_replaces_the_systems_authorities(
    name: str, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(bundle))

    assert trusted_authorities().cert_store_stats()["x509"] == 1


def test_the_bundle_of_aws_counts_first(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "missing")

    assert trusted_authorities().cert_store_stats()["x509"] == 1


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_the_systems_authorities_are_trusted_if_the_bundle_cannot_be_read(
    content: str | None,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    systems = trusted_authorities().cert_store_stats()
    trusted_authorities.cache_clear()
    bundle.unlink() if content is None else bundle.write_text(content)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))

    assert trusted_authorities().cert_store_stats() == systems
    [record] = caplog.records
    assert str(bundle) in record.getMessage()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A file with one authority."""
    file = tmp_path / "authority.pem"
    write_certificate(file, tmp_path / "key.pem")
    return file


def test_another_thread_reads_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[Thread] = []
    monkeypatch.setattr(Thread, "start", lambda thread: threads.append(thread))  # noqa: PLW0108 - becomes a method

    thread = read_ahead()

    assert trusted_authorities.cache_info().currsize == 0
    assert threads == [thread]
    thread.run()
    assert trusted_authorities.cache_info().currsize == 1
