"""The safety rules, and what they say of a case."""
