"""The services of the stack, a module for each, and what the supervisor must know of them."""
