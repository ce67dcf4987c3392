"""A send from its request to the last receipt."""
