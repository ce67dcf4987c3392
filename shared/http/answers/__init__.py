"""What is answered, an area a file."""
