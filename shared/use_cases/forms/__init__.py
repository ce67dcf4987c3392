"""What visitors ask for in a form. Nothing of it is written to our database but keyed hashes of numbers."""
