"""Bad input, tried widely: what nobody should deliver, and where each piece of it must be found again."""
