"""Money that comes in and goes back."""
