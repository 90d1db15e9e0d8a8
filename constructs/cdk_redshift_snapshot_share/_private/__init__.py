"""Everything that users do not import. It may change in any release."""
