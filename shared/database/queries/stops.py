"""Whether a company is stopped, as part of a read that is about something else."""

WHY_STOPPED = "IF(c.stopped_at IS NULL, NULL, COALESCE(c.stop_reason, ''))"
"""Of `companies c`: None where it is not stopped. A stop whose reason is gone is one all the same."""
