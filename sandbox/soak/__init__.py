"""The soak: many sends under all faults at once, and then the question whether anything was lost or doubled."""
