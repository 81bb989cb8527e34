"""`shop backup` and `shop restore`: the data of a stack, copied and put back."""
