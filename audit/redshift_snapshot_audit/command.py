"""The command line: options, output and exit codes."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import cast

import click
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from rich.console import Console

from redshift_snapshot_audit import options
from redshift_snapshot_audit.audit import ReportProgress, Request, audit
from redshift_snapshot_audit.aws_error import AuditError, code_of, describe_error
from redshift_snapshot_audit.json_lines import JsonReport
from redshift_snapshot_audit.regions import enabled_regions, first_region, named_regions
from redshift_snapshot_audit.session import Session
from redshift_snapshot_audit.snapshots import Scope
from redshift_snapshot_audit.table import TableReport
from redshift_snapshot_audit.verdict import Verdict

_NOTHING_FOUND, _NOT_DONE, _FOUND, _INTERRUPTED = 0, 1, 2, 130
_NAME = "redshift-snapshot-audit"
# Wider than any line: in a pipe, one entry is one line.
_PIPE_WIDTH = 100_000
# AWS's error codes for credentials that it does not accept.
_BAD_CREDENTIALS = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_EPILOG = """\b
Verdicts:
  ok          a stack declares this access, and its claim is on the snapshot
  retained    a share with RemovalPolicy.RETAIN left this access; not a finding
  unclaimed   there is no valid claim for this access: somebody granted it by hand
  orphaned    the claim's stack or resource is gone, or was created again
  missing     a stack declares this access, but the account does not have it
  leftover    the claim's resource exists, but declares another pair
  forbidden   the account is not on the list of --allow
  unusable    the account cannot decrypt the snapshot
  unreadable  a Region or stack could not be read

\b
Exit codes:
  0  nothing found
  2  findings, which are all verdicts except ok and retained
  1  the audit failed

The command never changes anything. It needs redshift:DescribeClusterSnapshots,
cloudformation:ListStacks, cloudformation:ListStackResources, kms:DescribeKey and
kms:GetKeyPolicy. For --all-regions, it also needs ec2:DescribeRegions.
"""


@click.command(
    name=_NAME, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    callback=options.names,
    help="Audit this Region; may be given several times. "
    "Default: the Region of the environment or the profile.",
)
@click.option(
    "--all-regions", is_flag=True, help="Audit all Regions enabled for the account."
)
@click.option(
    "--snapshot",
    "snapshots",
    multiple=True,
    callback=options.names,
    help="Audit only this snapshot; may be given several times.",
)
@click.option(
    "--cluster",
    "clusters",
    multiple=True,
    callback=options.names,
    help="Audit only the snapshots of this cluster; may be given several times.",
)
@click.option(
    "--allow",
    "allowed_accounts",
    multiple=True,
    callback=options.accounts,
    metavar="ACCOUNT",
    help="An account that may have access; may be given several times. "
    "All others are forbidden. Default: any account may have access.",
)
@click.option(
    "--only",
    "verdicts",
    multiple=True,
    callback=options.verdicts,
    metavar="VERDICT",
    help="Show only this verdict, and unreadable; may be given several "
    "times. Default: all verdicts.",
)
@click.option("--profile", help="A profile of the AWS configuration.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object per line.")
@click.version_option(package_name="cdk-redshift-snapshot-share")
def command(
    *,
    regions: tuple[str, ...],
    snapshots: tuple[str, ...],
    clusters: tuple[str, ...],
    allowed_accounts: frozenset[str],
    verdicts: frozenset[Verdict],
    profile: str | None,
    all_regions: bool,
    as_json: bool,
) -> int:
    """Show who has access to the Amazon Redshift snapshots of an AWS account.

    Each account that may restore a snapshot is compared with the claims on it (tags) and
    with what the account's CloudFormation stacks declare.
    """
    if regions and all_regions:
        raise click.UsageError("give --region or --all-regions, not both")
    if verdicts == {Verdict.FORBIDDEN} and not allowed_accounts:
        raise click.UsageError("--only forbidden needs --allow, the accounts that may")
    session = Session(profile)
    named = [] if all_regions else named_regions(session, regions)
    owner_account = session.account(named[0] if named else first_region(session))
    request = Request(
        regions=named or enabled_regions(session),
        scope=Scope(snapshots, clusters),
        verdicts=verdicts,
        allowed_accounts=allowed_accounts,
    )
    return _report(session, owner_account, request, as_json=as_json)


def run(arguments: Sequence[str]) -> int:
    """Run the command.

    Returns:
        The exit code: 0 for no findings, 2 for findings, 1 for a failure, 130 for an
        interruption.
    """
    # Tags may contain letters that the encoding of a pipe or terminal does not have.
    cast(TextIOWrapper, sys.stdout).reconfigure(errors="backslashreplace")
    try:
        code: int = command.main(arguments, prog_name=_NAME, standalone_mode=False)
    except click.ClickException as error:
        error.show()
    except click.Abort:
        return _INTERRUPTED
    except AuditError as error:
        _complain(str(error))
    except (ClientError, BotoCoreError) as error:
        _complain(_describe(error))
    else:
        return code
    return _NOT_DONE


def _report(
    session: Session, owner_account: str, request: Request, *, as_json: bool
) -> int:
    console = _console()
    report = (
        JsonReport(console, owner_account)
        if as_json
        else TableReport(console, has_regions=len(request.regions) > 1)
    )
    is_empty, has_findings = True, False
    with _progress(console) as progress:
        try:
            for entry in audit(session, owner_account, request, progress):
                is_empty = False
                has_findings = has_findings or entry.verdict.is_finding
                report.add(entry)
        finally:
            report.close()
    if is_empty and not as_json:
        console.out(_empty(request), highlight=False)
    return _FOUND if has_findings else _NOTHING_FOUND


def _empty(request: Request) -> str:
    if request.verdicts == frozenset(Verdict):
        return "no account has access"
    return f"nothing with the verdict {', '.join(sorted(request.verdicts))}"


def _console() -> Console:
    is_terminal = sys.stdout.isatty()
    # FORCE_COLOR is ignored, because colours in a pipe end up in files.
    return Console(
        force_terminal=is_terminal, width=None if is_terminal else _PIPE_WIDTH
    )


@contextmanager
def _progress(console: Console) -> Iterator[ReportProgress]:
    """Show the progress of the audit, but only on a terminal."""
    if not console.is_terminal:
        yield lambda _region, _number: None
        return
    # A spinner that every terminal can show.
    with console.status("", spinner="line") as status:
        yield lambda region, number: status.update(
            f"{region}: snapshot {number:,}" if number else f"{region}: stacks"
        )


def _describe(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, NoCredentialsError):
        return (
            "there are no AWS credentials; set AWS_PROFILE, give --profile, "
            "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if code_of(error) in _BAD_CREDENTIALS:
        return f"AWS does not accept the credentials: {describe_error(error)}"
    return describe_error(error)


def _complain(message: str) -> None:
    click.echo(f"{_NAME}: {message}", err=True)
