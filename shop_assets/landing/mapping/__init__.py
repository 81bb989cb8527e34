"""How the fields and values of a shop's own documents become those of the model."""
