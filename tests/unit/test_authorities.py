import ssl
from collections.abc import Iterator
from threading import Thread

import pytest

from redshift_snapshot_share_handler.authorities import (
    read_ahead,
    trusted_authorities,
)


@pytest.fixture(autouse=True)
def nothing_read() -> Iterator[None]:
    trusted_authorities.cache_clear()
    yield
    trusted_authorities.cache_clear()


def test_certificates_and_host_names_are_checked() -> None:
    trusted = trusted_authorities()

    assert trusted.verify_mode is ssl.CERT_REQUIRED
    assert trusted.check_hostname


def test_the_authorities_are_read_once() -> None:
    assert trusted_authorities() is trusted_authorities()


def test_reading_ahead_is_another_threads_work(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[Thread] = []
    monkeypatch.setattr(Thread, "start", lambda thread: threads.append(thread))  # noqa: PLW0108 - becomes a method

    read_ahead()

    assert trusted_authorities.cache_info().currsize == 0
    [thread] = threads
    thread.run()
    assert trusted_authorities.cache_info().currsize == 1
