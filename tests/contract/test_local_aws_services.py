"""The processes of the local AWS: their permissions, and that nothing is left behind."""

import io
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.environment import client_environment
from local_aws.log_folder import _lock, make_log_folder
from local_aws.shell import shell_lines
from tests.clusters import make_cluster, make_snapshots

ROOT = Path(__file__).parent.parent.parent
OTHER = "210987654321"
SNAPSHOT_ARN = "arn:aws:redshift:us-east-1:000000000000:snapshot:sales/monday"

# Makes the call of Redshift in the event, and responds with the error code.
FUNCTION = """
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

def handler(event, context):
    client = boto3.client(event["service"], config=Config(retries={"total_max_attempts": 1}))
    try:
        getattr(client, event["operation"])(**event["parameters"])
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "OK"
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(logs=tmp_path_factory.mktemp("local-aws")) as aws:
        yield aws


@pytest.fixture(scope="module")
def snapshot(aws: LocalAws) -> str:
    redshift = aws.client("redshift")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    make_cluster(redshift, Encrypted=False)
    make_cluster(redshift, "secret", Encrypted=True, KmsKeyId=key)
    make_snapshots(redshift, "monday")
    make_snapshots(redshift, "encrypted", cluster="secret")
    return str(key)


class Function:
    """A Lambda function whose role is allowed nothing but its policy."""

    def __init__(self, aws: LocalAws) -> None:
        self._iam, self._lambda = aws.client("iam"), aws.client("lambda")
        role = self._iam.create_role(
            RoleName="caller",
            AssumeRolePolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                    },
                }
            ),
        )["Role"]["Arn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("index.py", FUNCTION)
        self._lambda.create_function(
            FunctionName="caller",
            Runtime="python3.13",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": code.getvalue()},
            Timeout=60,
        )

    def allow(self, *statements: dict[str, Any]) -> None:
        self._iam.put_role_policy(
            RoleName="caller",
            PolicyName="calls",
            PolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", **statement} for statement in statements
                    ],
                }
            ),
        )

    @property
    def arn(self) -> str:
        response = self._lambda.get_function(FunctionName="caller")
        return str(response["Configuration"]["FunctionArn"])

    def call(self, operation: str, service: str = "redshift", **parameters: Any) -> str:
        event = {"service": service, "operation": operation, "parameters": parameters}
        response = self._lambda.invoke(FunctionName="caller", Payload=json.dumps(event))
        return str(json.load(response["Payload"]))


@pytest.fixture(scope="module")
def function(aws: LocalAws, snapshot: str) -> Function:
    del snapshot
    return Function(aws)


def test_a_function_may_do_what_its_role_allows(function: Function) -> None:
    share = {"SnapshotIdentifier": "Monday", "AccountWithRestoreAccess": OTHER}
    function.allow({"Action": "redshift:DescribeClusterSnapshots", "Resource": "*"})

    assert function.call("describe_cluster_snapshots") == "OK"
    assert (
        function.call("authorize_snapshot_access", **share) == "UnauthorizedOperation"
    )

    # A changed policy is in effect at once.
    function.allow(
        {"Action": "redshift:AuthorizeSnapshotAccess", "Resource": SNAPSHOT_ARN},
        {
            "Action": "redshift:RevokeSnapshotAccess",
            "Resource": SNAPSHOT_ARN.replace("sales", "web"),
        },
    )

    assert function.call("describe_cluster_snapshots") == "UnauthorizedOperation"
    assert function.call("authorize_snapshot_access", **share) == "OK"
    assert (
        function.call(
            "authorize_snapshot_access", **{**share, "SnapshotIdentifier": "sunday"}
        )
        == "UnauthorizedOperation"
    )
    # The cluster of the snapshot counts.
    assert function.call("revoke_snapshot_access", **share) == "UnauthorizedOperation"


def test_conditions_on_tag_keys_count(function: Function) -> None:
    function.allow(
        {
            "Action": ["redshift:CreateTags", "redshift:DeleteTags"],
            "Resource": SNAPSHOT_ARN,
            "Condition": {
                "ForAllValues:StringLike": {"aws:TagKeys": "ours:*"},
                "Null": {"aws:TagKeys": "false"},
            },
        }
    )

    def create(*keys: str) -> str:
        tags = [{"Key": key, "Value": "x"} for key in keys]
        return function.call("create_tags", ResourceName=SNAPSHOT_ARN, Tags=tags)

    def delete(*keys: str) -> str:
        return function.call("delete_tags", ResourceName=SNAPSHOT_ARN, TagKeys=keys)

    assert create("ours:a") == "OK"
    assert create("ours:b", "theirs") == "UnauthorizedOperation"
    assert delete("theirs") == "UnauthorizedOperation"
    assert delete("ours:a") == "OK"


def test_a_denial_reads_as_redshifts_and_the_log_says_what_was_denied(
    aws: LocalAws, function: Function
) -> None:
    function.allow({"Action": "redshift:DescribeClusterSnapshots", "Resource": "*"})
    before = len(aws.redshift_calls())

    code = function.call("delete_tags", ResourceName=SNAPSHOT_ARN, TagKeys=["a"])

    assert code == "UnauthorizedOperation"
    [call] = aws.redshift_calls()[before:]
    assert call["outcome"] == "UnauthorizedOperation"
    assert call["reason"].endswith(
        f" is not authorized to perform redshift:DeleteTags on {SNAPSHOT_ARN}"
    )


def test_copying_needs_permission_for_both_names(function: Function) -> None:
    """AWS does not document which of the two counts."""
    copy = {
        "SourceSnapshotIdentifier": "monday",
        "TargetSnapshotIdentifier": "weekly-1",
    }
    allowed = {"Action": "redshift:CopyClusterSnapshot"}
    target = SNAPSHOT_ARN.replace("monday", "weekly-*")

    function.allow({**allowed, "Resource": target})
    assert function.call("copy_cluster_snapshot", **copy) == "UnauthorizedOperation"
    function.allow({**allowed, "Resource": SNAPSHOT_ARN})
    assert function.call("copy_cluster_snapshot", **copy) == "UnauthorizedOperation"
    function.allow({**allowed, "Resource": [SNAPSHOT_ARN, target]})
    # IAM allows the call. Redshift itself refuses it, because this snapshot is not
    # automated.
    assert (
        function.call("copy_cluster_snapshot", **copy) == "InvalidClusterSnapshotState"
    )


def run_rule(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local_aws.run_rule", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_rule_can_be_run_by_hand(aws: LocalAws, function: Function) -> None:
    function.allow({"Action": "redshift:DescribeClusterSnapshots", "Resource": "*"})
    call = {
        "service": "redshift",
        "operation": "describe_cluster_snapshots",
        "parameters": {"SnapshotIdentifier": "monday"},
    }
    events = aws.client("events")
    events.put_rule(Name="every-minute", ScheduleExpression="rate(15 minutes)")
    events.put_targets(
        Rule="every-minute",
        Targets=[{"Id": "1", "Arn": function.arn, "Input": json.dumps(call)}],
    )
    before = len(aws.redshift_calls())

    listed = run_rule(**aws.variables)
    ran = run_rule("every-minute", **aws.variables)

    assert listed.stdout == "every-minute  rate(15 minutes)  ENABLED\n"
    assert ran.stdout == f'{function.arn} returned "OK"\n', ran.stderr
    [called] = aws.redshift_calls()[before:]
    assert called["operation"] == "DescribeClusterSnapshots"
    assert ":assumed-role/caller/" in called["caller"]


def test_fails_when_a_rule_cannot_be_run(aws: LocalAws, function: Function) -> None:
    events = aws.client("events")
    for name, target in (
        ("no-target", None),
        ("queue", {"Arn": f"arn:aws:sqs:us-east-1:{aws.account}:q"}),
        ("broken", {"Arn": function.arn}),
    ):
        events.put_rule(Name=name, ScheduleExpression="rate(1 hour)")
        if target:
            events.put_targets(Rule=name, Targets=[{"Id": "1", **target}])
    real = {**aws.variables, "AWS_ENDPOINT_URL": "https://events.amazonaws.com"}

    results = {
        name: run_rule(name, **aws.variables)
        for name in ("nothing", "no-target", "queue", "broken")
    }
    elsewhere = run_rule("no-target", **real)

    assert {result.returncode for result in results.values()} == {1}
    assert "ResourceNotFound" in results["nothing"].stderr
    assert "rule no-target has no targets" in results["no-target"].stderr
    assert "is not a Lambda function" in results["queue"].stderr
    # The function wants to be told what to call.
    assert f"{function.arn} failed: {{" in results["broken"].stderr
    assert elsewhere.returncode == 1
    assert "is not the local AWS" in elsewhere.stderr


def test_an_encrypted_snapshot_needs_permission_for_its_key(
    function: Function, snapshot: str
) -> None:
    share = {"SnapshotIdentifier": "encrypted", "AccountWithRestoreAccess": OTHER}
    authorize = {"Action": "redshift:AuthorizeSnapshotAccess", "Resource": "*"}
    function.allow(authorize)

    assert (
        function.call("authorize_snapshot_access", **share) == "UnauthorizedOperation"
    )

    function.allow(authorize, {"Action": "kms:DescribeKey", "Resource": snapshot})

    assert function.call("authorize_snapshot_access", **share) == "OK"


def test_other_services_hold_a_function_to_its_role_too(function: Function) -> None:
    function.allow({"Action": "redshift:*", "Resource": "*"})

    assert function.call("describe_stacks", service="cloudformation") == "AccessDenied"


def test_another_account_is_another_account(aws: LocalAws, snapshot: str) -> None:
    del snapshot
    other = aws.client("redshift", account=OTHER)

    with pytest.raises(ClientError) as caught:
        other.describe_cluster_snapshots(SnapshotIdentifier="monday")

    assert caught.value.response["Error"]["Code"] == "ClusterSnapshotNotFound"


def test_an_account_restores_an_encrypted_snapshot_only_with_its_key(
    aws: LocalAws, snapshot: str
) -> None:
    restore = {"SnapshotIdentifier": "encrypted", "OwnerAccount": aws.account}
    redshift, kms = aws.client("redshift"), aws.client("kms")
    other = aws.client("redshift", account="111122223333")
    redshift.authorize_snapshot_access(
        SnapshotIdentifier="encrypted", AccountWithRestoreAccess="111122223333"
    )

    with pytest.raises(ClientError) as caught:
        other.restore_from_cluster_snapshot(ClusterIdentifier="mine", **restore)
    assert caught.value.response["Error"]["Code"] == "AccessDenied"

    policy = json.loads(kms.get_key_policy(KeyId=snapshot)["Policy"])
    policy["Statement"].append(
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "kms:Decrypt",
            "Resource": "*",
        }
    )
    kms.put_key_policy(KeyId=snapshot, Policy=json.dumps(policy))
    other.restore_from_cluster_snapshot(ClusterIdentifier="mine", **restore)


def test_no_other_account_can_use_an_aws_managed_key(aws: LocalAws) -> None:
    redshift = aws.client("redshift", region="us-east-2")
    make_cluster(redshift, Encrypted=True)
    make_snapshots(redshift, "managed")
    redshift.authorize_snapshot_access(
        SnapshotIdentifier="managed", AccountWithRestoreAccess=OTHER
    )
    restore = {"SnapshotIdentifier": "managed", "OwnerAccount": aws.account}

    with pytest.raises(ClientError) as caught:
        aws.client(
            "redshift", account=OTHER, region="us-east-2"
        ).restore_from_cluster_snapshot(ClusterIdentifier="theirs", **restore)

    assert caught.value.response["Error"]["Code"] == "AccessDenied"
    redshift.restore_from_cluster_snapshot(ClusterIdentifier="ours", **restore)


def test_an_arn_in_other_letters_is_the_same_snapshot_but_not_the_same_resource(
    function: Function, snapshot: str
) -> None:
    """Redshift's names are not case sensitive, ARNs in IAM are; the key counts anyway."""
    shouted = SNAPSHOT_ARN.replace("sales/monday", "SECRET/Encrypted")
    share = {"SnapshotArn": shouted, "AccountWithRestoreAccess": "321098765432"}
    key = {"Action": "kms:DescribeKey", "Resource": snapshot}
    lower, upper = (
        {"Action": "redshift:AuthorizeSnapshotAccess", "Resource": arn}
        for arn in (shouted.lower(), shouted)
    )

    function.allow(lower, key)
    assert (
        function.call("authorize_snapshot_access", **share) == "UnauthorizedOperation"
    )
    function.allow(upper)
    assert (
        function.call("authorize_snapshot_access", **share) == "UnauthorizedOperation"
    )
    function.allow(upper, key)
    assert function.call("authorize_snapshot_access", **share) == "OK"


def test_every_call_is_in_the_log(aws: LocalAws, function: Function) -> None:
    function.allow({"Action": "redshift:DescribeClusterSnapshots", "Resource": "*"})
    before = len(aws.redshift_calls())

    function.call("describe_cluster_snapshots", SnapshotIdentifier="sunday")

    [call] = aws.redshift_calls()[before:]
    assert call["operation"] == "DescribeClusterSnapshots"
    assert call["outcome"] == "ClusterSnapshotNotFound"
    assert call["account"] == aws.account
    assert ":assumed-role/caller/" in call["caller"]
    assert call["parameters"] == {"SnapshotIdentifier": "sunday"}


def test_unknown_credentials_are_refused(aws: LocalAws) -> None:
    stranger = aws.client("redshift", account="ASIAUNKNOWNUNKNOWN00")

    with pytest.raises(ClientError) as caught:
        stranger.describe_cluster_snapshots()

    assert caught.value.response["Error"]["Code"] == "InvalidClientTokenId"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_unsigned_requests_are_refused(aws: LocalAws) -> None:
    unsigned = boto3.session.Session().client(
        "redshift",
        region_name="us-east-1",
        endpoint_url=aws.redshift_endpoint_url,
        config=Config(signature_version=UNSIGNED, proxies={}),
    )

    with pytest.raises(ClientError) as caught:
        unsigned.describe_cluster_snapshots()

    assert caught.value.response["Error"]["Code"] == "MissingAuthenticationToken"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_body_that_is_no_text_is_the_senders_error(aws: LocalAws) -> None:
    request = urllib.request.Request(
        aws.endpoint_url,
        data=b"Action=\xff&Version=2010-05-15",
        headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20261124/"
            "us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0"
        },
    )

    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request)


def test_cloudformation_may_give_a_clusters_booleans_as_text(aws: LocalAws) -> None:
    """As the values of parameters are."""
    cloudformation = aws.client("cloudformation", region="eu-west-1")
    cluster = {
        "ClusterIdentifier": "plain",
        "ClusterType": "multi-node",
        "DBName": "dev",
        "Encrypted": {"Ref": "IsEncrypted"},
        "MasterUsername": "admin",
        "MasterUserPassword": "Secret-1",
        "NodeType": "ra3.large",
        "NumberOfNodes": "2",
    }
    template = {
        "Parameters": {"IsEncrypted": {"Type": "String", "Default": "false"}},
        "Resources": {
            "Cluster": {"Type": "AWS::Redshift::Cluster", "Properties": cluster},
            "Snapshot": {
                "Type": "AWS::Redshift::Snapshot",
                "Properties": {
                    "ClusterIdentifier": {"Ref": "Cluster"},
                    "SnapshotIdentifier": "plain-1",
                },
            },
        },
    }

    cloudformation.create_stack(StackName="Plain", TemplateBody=json.dumps(template))

    stacks = cloudformation.describe_stacks(StackName="Plain")["Stacks"]
    assert stacks[0]["StackStatus"] == "CREATE_COMPLETE"
    [snapshot] = aws.client("redshift", region="eu-west-1").describe_cluster_snapshots(
        SnapshotIdentifier="plain-1"
    )["Snapshots"]
    assert snapshot["Encrypted"] is False
    assert "KmsKeyId" not in snapshot
    assert snapshot["NumberOfNodes"] == 2


def test_too_many_calls_are_throttled_and_state_is_not_shared(
    aws: LocalAws, snapshot: str, tmp_path: Path
) -> None:
    """A second local AWS at the same time does not share its state."""
    del aws, snapshot
    with LocalAws(logs=tmp_path, calls_per_second=2) as second:
        redshift = second.client("redshift")

        assert redshift.describe_cluster_snapshots()["Snapshots"] == []
        with pytest.raises(ClientError) as caught:
            call_often(redshift)

    assert caught.value.response["Error"]["Code"] == "Throttling"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def call_often(redshift: Any) -> None:
    for _ in range(50):
        redshift.describe_cluster_snapshots()


def test_nothing_of_the_users_own_aws_is_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("CDK_NEW_BOOTSTRAP", "1")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")

    environment = client_environment({"AWS_REGION": "us-east-1"}, Path("/nowhere"))

    names = {name for name in environment if name.startswith("AWS_")}
    assert names == {"AWS_REGION"}
    assert "HTTPS_PROXY" not in environment
    assert "CDK_NEW_BOOTSTRAP" not in environment


def test_nothing_that_changes_node_or_python_is_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """But the certificates of a company's own network are there."""
    monkeypatch.setenv("JSII_RUNTIME", "/elsewhere")
    monkeypatch.setenv("NODE_OPTIONS", "--require=/elsewhere.js")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/company.pem")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PYTHONHOME", "/elsewhere")

    environment = client_environment({}, Path("/nowhere"))

    assert "/elsewhere" not in str(environment)
    assert Path(environment["JSII_RUNTIME_PACKAGE_CACHE_ROOT"]).parent.name == (
        ".local-aws"
    )
    assert environment["NODE_EXTRA_CA_CERTS"] == "/company.pem"
    assert environment["TMPDIR"] == "/nowhere"


# Settings that a person may have, each of which could name another address.
HOSTILE = {
    "AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z",
    "AWS_ENDPOINT_URL_CLOUDFORMATION": "https://cloudformation.amazonaws.com",
    "AWS_ENDPOINT_URL_STS": "https://sts.amazonaws.com",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "real",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "CDK_NEW_BOOTSTRAP": "1",
    "HTTP_PROXY": "http://192.0.2.1:1",
    "http_proxy": "http://192.0.2.1:1",
    "no_proxy": "example.com",
    "NODE_OPTIONS": "--require=/elsewhere.js",
    "PYTHONPATH": "/elsewhere",
    "PYTHONSTARTUP": "/elsewhere.py",
}
PROBE = """
import boto3, json, os
clients = {
    name: boto3.client(name).meta.endpoint_url
    for name in ("cloudformation", "redshift", "s3", "sts")
}
boto3.client("sts").get_caller_identity()
boto3.client("redshift").describe_cluster_snapshots()
print(json.dumps({"clients": clients, "names": sorted(os.environ)}))
"""


@pytest.mark.parametrize("shell", ["bash", "dash", "zsh"])
def test_the_printed_lines_win_over_whatever_the_user_has_set(
    aws: LocalAws, shell: str
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = "\n".join([*shell_lines(aws.variables), f"python -c '{PROBE}'"])

    result = subprocess.run(
        [shell, "-ec", script],
        env={"PATH": os.defpath, "HOME": "/nowhere", **HOSTILE},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert result.returncode == 0, result.stderr
    first, probed = result.stdout.splitlines()
    assert first.startswith("Terminal 2: ")
    found = json.loads(probed)
    assert set(found["clients"].values()) == {
        aws.endpoint_url,
        aws.redshift_endpoint_url,
    }
    left = HOSTILE.keys() & set(found["names"])
    assert left == {"HTTP_PROXY", "http_proxy", "no_proxy"}


def test_logs_of_the_last_ten_runs_are_kept(tmp_path: Path) -> None:
    root = tmp_path / ".local-aws"
    (root / "jsii-package-cache").mkdir(parents=True)
    old = [root / f"2020-01-{day:02d}T00-00-00-abc" for day in range(1, 16)]
    for folder in old:
        folder.mkdir()
        (folder / "services.log").touch()
    in_use = _lock(old[0])

    new = make_log_folder(root)

    assert sorted(root.iterdir()) == sorted(
        [old[0], *old[-9:], new, root / "jsii-package-cache"]
    )
    os.close(in_use)
    make_log_folder(root)
    assert not old[0].exists()


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1", "mars-north-1"])
def test_fails_when_the_region_is_of_another_partition(
    region: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=f"partition aws only.*{region}"):
        LocalAws(logs=tmp_path, region=region)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--port", "{used}"], "cannot listen at port {used}: .*in use"),
        (["--redshift-port", "{used}"], "cannot listen at port {used}: .*in use"),
        (["--region", "cn-north-1"], "the Regions of the partition aws only"),
    ],
    ids=["port", "redshift port", "region"],
)
def test_fails_when_it_cannot_start_and_says_why_in_a_line(
    aws: LocalAws, options: list[str], words: str
) -> None:
    used = aws.endpoint_url.rpartition(":")[2]

    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "local_aws",
            *(option.format(used=used) for option in options),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert result.returncode == 1
    assert re.search(words.format(used=used), result.stderr)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, signal.SIGTERM, signal.SIGKILL],
    ids=lambda number: number.name,
)
def test_nothing_stays_when_the_process_ends(number: signal.Signals) -> None:
    """Even if it is killed and cannot clean up."""
    process = subprocess.Popen(
        [sys.executable, "-m", "local_aws"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # As if a person pressed Ctrl-C in front of it, not of the tests: what runs in the
        # background of a shell would ignore that, and so would all that it starts.
        start_new_session=True,
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - sets one signal, nothing else
    )
    with process, ExitStack() as stack:
        stack.callback(process.kill)
        assert process.stdout is not None
        lines = itertools.takewhile(
            lambda line: line != "# Ctrl-C in terminal 1 stops the AWS.\n",
            process.stdout,
        )
        [url] = [line for line in lines if "AWS_ENDPOINT_URL=" in line]
        port = int(url.rpartition(":")[2])
        assert is_open(port)

        process.send_signal(number)
        process.wait(timeout=10)

    deadline = time.monotonic() + 5
    while is_open(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_open(port)


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def is_open(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
