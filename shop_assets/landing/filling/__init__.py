"""How documents get into landing: generated, or copied from a user's folder."""
