"""The smallest example as an app, in the stages that are deployed one after the other."""

from pathlib import Path

from aws_cdk import App, CliCredentialsStackSynthesizer, Environment, Stack, Tags

from cdk_redshift_snapshot_share import SnapshotShare
from verify_aws.deployment.probe import Probe
from verify_aws.deployment.stage import Ground, Stage
from verify_aws.label import TAG_KEY
from verify_aws.site import Site


def synthesize(site: Site, stack_name: str, stage: Stage, ground: Ground) -> Path:
    """Synthesize a stage.

    Args:
        site: Where it will be deployed.
        stack_name: The stack's name.
        stage: The stage.
        ground: What it stands on.

    Returns:
        The cloud assembly.
    """
    folder = site.folder / f"{stack_name}-{stage.name}"
    app = App(outdir=str(folder), analytics_reporting=False)
    stack = Stack(
        app,
        stack_name,
        env=Environment(account=site.account, region=site.connection.region),
        synthesizer=CliCredentialsStackSynthesizer(
            file_assets_bucket_name=ground.bucket
        ),
    )
    Tags.of(app).add(TAG_KEY, site.label.run)
    probe = Probe(
        stack, "Observation", name=stage.probe, log_group_name=ground.log_group
    )
    if stage.share is not None:
        share = SnapshotShare(
            stack,
            stage.share,
            snapshot_identifier=stage.snapshot,
            account_with_restore_access=ground.account,
        )
        if stage.fails:
            probe.add_failing_sibling(share)
    elif stage.fails:
        probe.add_failing_sibling(probe.resource)
    app.synth()
    return folder
