"""The study: what else could be trained, and how a model does where figures differ."""
