"""A run: takes the lock, asks, and removes what it created, however it ends."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from verify_aws.connection import Connection
from verify_aws.examination import Answer, examine
from verify_aws.failure import VerificationError, code_of, message_of
from verify_aws.interruption import Watch
from verify_aws.inventory import Inventory, Say, find_leftovers, remove
from verify_aws.label import Label
from verify_aws.lock import Lock
from verify_aws.question import Question
from verify_aws.receiver import Receiver
from verify_aws.resources import KINDS, KINDS_OF_RECEIVER, Kind
from verify_aws.site import Site


class Settings(NamedTuple):
    """What a run may do.

    Args:
        connection: The account and Region.
        account: The account's id.
        other: A second account, and its id.
        cluster: An existing cluster to take snapshots of. Default: clusters of its own.
        copy_region: Another Region to copy a snapshot to.
        may_throttle: Whether the account's calls may be throttled for some seconds.
        limit: How long it may take.
        folder: Where it may write files.
    """

    connection: Connection
    account: str
    other: tuple[Connection, str] | None
    cluster: str | None
    copy_region: str | None
    may_throttle: bool
    limit: timedelta
    folder: Path


class Run:
    """A run of the command.

    Args:
        settings: What it may do.
        say: Tells a person what happens.
    """

    def __init__(self, settings: Settings, say: Say) -> None:
        self._settings = settings
        self._say = say
        self._label = Label.new()
        self._inventory = Inventory(self._label)
        self._lock = Lock(settings.connection, self._label)
        self._receiver = None
        if settings.other is not None:
            connection, account = settings.other
            lock = Lock(connection, self._label)
            self._receiver = Receiver(connection, account, lock)
        #: What could not be removed, and why.
        self.problems: list[str] = []
        #: The answers so far.
        self.answers: list[Answer] = []

    def ask(self, questions: Sequence[Question]) -> Site:
        """Ask questions.

        Returns:
            Where they were asked; what was there is gone.

        Raises:
            Interrupted: If a signal or the time limit ends the run.
            VerificationError: If another run is going on.
        """
        site = self._site()
        with Watch(self._settings.limit.total_seconds(), self._say) as watch:
            # Twice: whenever the first signal comes, the outer one is reached.
            try:
                try:
                    self._take_locks()
                    self._say(f"run {self._label.run}: prefix {self._label.prefix}")
                    for answer in examine(questions, site):
                        self._say(str(answer))
                        self.answers.append(answer)
                finally:
                    watch.hold()
            finally:
                self.problems = self._remove_all()
        return site

    def _site(self) -> Site:
        settings = self._settings
        return Site(
            label=self._label,
            connection=settings.connection,
            lock=self._lock,
            inventory=self._inventory,
            folder=settings.folder,
            account=settings.account,
            existing_cluster=settings.cluster,
            other=self._receiver,
            copy_region=settings.copy_region,
            may_throttle=settings.may_throttle,
        )

    def _take_locks(self) -> None:
        copy_region = self._settings.copy_region
        regions = [copy_region] if copy_region else []
        self._lock.take(self._settings.limit, regions)
        if self._receiver is not None:
            self._receiver.lock.take(self._settings.limit)

    def _remove_all(self) -> list[str]:
        """Remove what is remembered, then what is found, and give back the locks."""
        remove(self._inventory.reversed(), self._say)
        problems: list[str] = []
        for lock, connections, kinds in self._places():
            try:
                record = lock.read()
                if record is None or record.run != self._label.run:
                    continue
                # What is remembered was tried once; what is left tells what failed.
                for connection in connections:
                    found = find_leftovers(connection, record, self._label, kinds)
                    problems += remove(list(found), self._say)
                if not problems:
                    lock.release()
            except (BotoCoreError, ClientError, VerificationError) as error:
                problems.append(f"{code_of(error)}: {message_of(error)}")
        return problems

    def _places(self) -> list[tuple[Lock, list[Connection], Sequence[Kind]]]:
        settings = self._settings
        home = [settings.connection]
        if settings.copy_region:
            home.append(settings.connection.in_region(settings.copy_region))
        places: list[tuple[Lock, list[Connection], Sequence[Kind]]]
        places = [(self._lock, home, KINDS)]
        if self._receiver is not None:
            there = [self._receiver.connection]
            places.append((self._receiver.lock, there, KINDS_OF_RECEIVER))
        return places
