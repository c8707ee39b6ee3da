"""What every request and answer has: headers, errors, bodies, logs."""
