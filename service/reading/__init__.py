"""From the bytes of a request, the fields of a form or the rows of a table to cases."""
