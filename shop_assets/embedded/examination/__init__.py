"""`shop doctor`: what on this machine would keep the stack from working."""
