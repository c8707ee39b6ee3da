"""The process: listening, workers, whole requests, shutdown."""
