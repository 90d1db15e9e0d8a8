"""The IAM policies that a function needs to share snapshots."""
