"""What was learnt: the encoder, the artefact format, one folder per trained version."""
