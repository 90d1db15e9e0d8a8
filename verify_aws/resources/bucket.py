"""Buckets, in which the CDK CLI puts the code of functions."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from verify_aws.connection import Connection
from verify_aws.failure import code_of
from verify_aws.label import PREFIX
from verify_aws.resources.kind import Found, as_dictionary


class _Bucket:
    noun = "bucket"

    def find(self, connection: Connection) -> Iterator[Found]:
        s3 = connection.client("s3")
        for page in s3.get_paginator("list_buckets").paginate(
            Prefix=PREFIX, BucketRegion=connection.region
        ):
            for bucket in page.get("Buckets", ()):
                name = bucket["Name"]
                if name.startswith(PREFIX):
                    yield Found(name, name, _tags(s3, name))

    def remove(self, connection: Connection, identifier: str) -> None:
        s3 = connection.client("s3")
        try:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=identifier):
                if keys := [{"Key": each["Key"]} for each in page.get("Contents", ())]:
                    s3.delete_objects(Bucket=identifier, Delete={"Objects": keys})
            s3.delete_bucket(Bucket=identifier)
        except ClientError as error:
            if code_of(error) != "NoSuchBucket":
                raise


def _tags(s3: Any, name: str) -> dict[str, str]:
    try:
        response = s3.get_bucket_tagging(Bucket=name)
    except ClientError as error:
        if code_of(error) not in {"NoSuchBucket", "NoSuchTagSet"}:
            raise
        return {}
    return as_dictionary(response["TagSet"])


BUCKET = _Bucket()
