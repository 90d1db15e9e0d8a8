"""Measures this project and its peers with the same work on the same machine."""
