"""`shop query`: statements from the command line or a prompt, and their results."""
