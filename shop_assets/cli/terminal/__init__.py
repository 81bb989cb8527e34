"""What all commands share with the terminal: options, output, Ctrl-C."""
