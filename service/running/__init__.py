"""What a worker holds while it runs: the served model and the counters."""
