"""Learning: answers to codes, codes to causes, and a site's own cases."""
