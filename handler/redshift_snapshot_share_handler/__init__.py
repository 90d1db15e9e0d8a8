"""The Lambda function behind `Custom::RedshiftSnapshotShare`."""
