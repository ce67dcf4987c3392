"""What is asked for, read and checked."""
