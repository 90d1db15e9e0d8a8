"""The command line: options, consent, and exit codes."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from verify_aws import aws_connection
from verify_aws.accounts import connect_home, connect_other
from verify_aws.cleaning import Cleaning
from verify_aws.connection import Connect
from verify_aws.failure import VerificationError, code_of, message_of
from verify_aws.interruption import Interrupted
from verify_aws.plan import describe_plan
from verify_aws.publication import publish
from verify_aws.question import Question
from verify_aws.questions import QUESTIONS
from verify_aws.resources import KINDS_OF_RECEIVER
from verify_aws.run import Run, Settings
from verify_aws.trace import find_deployments

_AS_ASSUMED, _NOT_DONE, _DIFFERENT = 0, 1, 2
_ROOT = Path(__file__).parent.parent
_IDENTIFIERS = [question.identifier for question in QUESTIONS]
_CONSOLE = Console(soft_wrap=True, highlight=False, markup=False)
_EPILOG = """\b
Exit codes:
  0  AWS does what is assumed, as far as it was asked
  2  something differs
  1  it could not be done
"""


@click.command(
    name="verify-aws",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--account", required=True, help="The account's id; the credentials must be its."
)
@click.option("--region", required=True, help="The Region, such as eu-west-1.")
@click.option("--profile", help="A profile of the AWS configuration.")
@click.option(
    "--cluster",
    help="An existing cluster to take snapshots of. Access to them is granted to the "
    "account of --other-profile only. Default: clusters of the run's own.",
)
@click.option(
    "--other-profile", help="A profile of a second account, to share snapshots with."
)
@click.option("--copy-region", help="Another Region, to copy a snapshot to.")
@click.option(
    "--throttle",
    is_flag=True,
    help="Ask how Redshift throttles; that throttles the whole account for some seconds.",
)
@click.option(
    "--only",
    "only",
    multiple=True,
    type=click.Choice(_IDENTIFIERS),
    metavar="QUESTION",
    help="Ask this question only; may be given several times. Default: all.",
)
@click.option(
    "--minutes",
    type=click.IntRange(min=1),
    default=180,
    show_default=True,
    help="The time limit; removing what was created comes on top.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=_ROOT / "docs",
    help="The folder for the report. Default: docs.",
)
@click.option("--yes", is_flag=True, help="Do not ask before anything is created.")
@click.option("--clean", is_flag=True, help="Only remove what a killed run left.")
@click.pass_context
def command(
    context: click.Context,
    *,
    account: str,
    region: str,
    profile: str | None,
    cluster: str | None,
    other_profile: str | None,
    copy_region: str | None,
    throttle: bool,
    only: tuple[str, ...],
    minutes: int,
    output: Path,
    yes: bool,
    clean: bool,
) -> int:
    """Ask AWS what this project assumes of it, and write down what it does.

    Everything that is created has a prefix and a tag, and is removed again.
    """
    if not yes and not sys.stdin.isatty():
        raise VerificationError(
            "nothing was done: there is no terminal to ask at; give --yes"
        )
    with TemporaryDirectory(prefix="verify-aws-") as folder:
        connect: Connect = context.obj or partial(
            aws_connection.connect, temporary=Path(folder)
        )
        home = connect_home(connect, profile, region, account)
        other = connect_other(connect, other_profile, region, account)
        if clean:
            cleanings = [Cleaning(home, [copy_region] if copy_region else [])]
            if other:
                cleanings.append(Cleaning(other[0], kinds=KINDS_OF_RECEIVER))
            return _clean(cleanings, yes=yes)
        settings = Settings(
            connection=home,
            account=account,
            other=other,
            cluster=cluster,
            copy_region=copy_region,
            may_throttle=throttle,
            limit=timedelta(minutes=minutes),
            folder=Path(folder),
        )
        return _run(settings, _chosen(only), output, yes=yes)


def run(arguments: Sequence[str], connect: Connect | None = None) -> int:
    """Run the command.

    Args:
        arguments: Its arguments.
        connect: Makes connections. Default: to AWS, and to nothing else.

    Returns:
        The exit code: 0 as assumed, 2 something differs, 1 not done.
    """
    try:
        code: int = command.main(
            arguments, prog_name="verify-aws", standalone_mode=False, obj=connect
        )
    except click.ClickException as error:
        error.show()
        return _NOT_DONE
    except click.Abort:
        _complain("nothing was done")
        return _NOT_DONE
    except Interrupted as error:
        _complain(f"{error}; the report was not written")
        return error.code
    except VerificationError as error:
        _complain(str(error))
        return _NOT_DONE
    except (BotoCoreError, ClientError) as error:
        _complain(f"{code_of(error)}: {message_of(error)}")
        return _NOT_DONE
    return code


def _chosen(only: Sequence[str]) -> list[Question]:
    return [
        question for question in QUESTIONS if not only or question.identifier in only
    ]


def _run(
    settings: Settings, questions: Sequence[Question], output: Path, *, yes: bool
) -> int:
    _say(describe_plan(settings, questions))
    if not yes:
        click.confirm("\nGo on?", abort=True)
    run = Run(settings, _say)
    try:
        site = run.ask(questions)
    finally:
        for problem in run.problems:
            _complain(f"could not be removed: {problem}; try again with --clean")
    for path in publish(
        output, settings.connection, run.answers, find_deployments(site, _say)
    ):
        _say(f"written: {path}")
    if run.problems or any(answer.has_failed for answer in run.answers):
        return _NOT_DONE
    if any(answer.is_equal is False for answer in run.answers):
        return _DIFFERENT
    return _AS_ASSUMED


def _clean(cleanings: Sequence[Cleaning], *, yes: bool) -> int:
    problems: list[str] = []
    for cleaning in cleanings:
        items = cleaning.find()
        for item in items:
            _say(f"{item.connection.region}: {item.kind.noun} {item.name}")
        if not items and not cleaning.has_lock:
            _say("there is nothing to remove")
            continue
        if not yes:
            click.confirm("\nRemove this?", abort=True)
        problems += cleaning.remove(items, _say)
    for problem in problems:
        _complain(f"could not be removed: {problem}")
    return _NOT_DONE if problems else _AS_ASSUMED


def _say(line: str) -> None:
    _CONSOLE.print(line)


def _complain(message: str) -> None:
    click.echo(f"verify-aws: {message}", err=True)
