"""Files of cases, and the documents that are generated."""
