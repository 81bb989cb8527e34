"""`shop pii` and its subcommands."""
