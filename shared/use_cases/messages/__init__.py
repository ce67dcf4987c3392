"""Messages that are published late, or were given up."""
