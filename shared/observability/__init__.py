"""What is told of the work: structured log lines and spans, joined by their trace. Ids only, never data."""
