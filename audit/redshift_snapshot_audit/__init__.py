"""Tells who has access to the Redshift snapshots of an account, and who declared it."""
