"""The shape of everything that goes in and out, stated once."""
