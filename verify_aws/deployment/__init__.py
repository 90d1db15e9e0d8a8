"""Deployments of the smallest example with the real CDK CLI, and what was seen of them."""
