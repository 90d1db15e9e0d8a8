"""Shows which accounts may restore an account's snapshots, and which stacks declare that."""
