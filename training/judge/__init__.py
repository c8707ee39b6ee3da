"""Judging: scores, gates, and what one model says otherwise than another."""
