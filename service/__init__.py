"""What it says: safety rules, assessment, parsing and the HTTP routes."""
