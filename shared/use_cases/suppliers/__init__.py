"""What all instances together hold to before they call a supplier: its gate, and turns."""
