"""What all stacks of a run stand on: a bucket and a log group of the run's own."""

from verify_aws.deployment.stage import Ground
from verify_aws.resources import BUCKET, LOG_GROUP
from verify_aws.site import Site

# There, a bucket must not name its Region.
_FIRST_REGION = "us-east-1"


def lay_ground(site: Site) -> Ground:
    """Make the bucket and the log group, unless the run has them."""
    region = site.connection.region
    [account] = site.accounts()
    ground = Ground(
        # The names of buckets are known to all accounts.
        bucket=site.label.name(f"{site.account}-{region}"),
        log_group=site.label.name("probe"),
        account=account,
    )
    if any(item.name == ground.bucket for item in site.inventory.reversed()):
        return ground
    s3 = site.connection.client("s3")
    location = (
        {}
        if region == _FIRST_REGION
        else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    )
    site.lock.note_untagged(ground.bucket)
    site.inventory.add(BUCKET, site.connection, ground.bucket)
    s3.create_bucket(Bucket=ground.bucket, **location)
    s3.put_bucket_tagging(Bucket=ground.bucket, Tagging={"TagSet": site.label.tags})
    site.inventory.add(LOG_GROUP, site.connection, ground.log_group)
    site.connection.client("logs").create_log_group(
        logGroupName=ground.log_group,
        tags={tag["Key"]: tag["Value"] for tag in site.label.tags},
    )
    return ground
