"""Modules that users do not import. They may change in any release."""
