"""Starting, watching, pausing and stopping the processes of the stack."""
