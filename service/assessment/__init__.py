"""From cases to assessments: rules, model, and what a request asks for besides."""
