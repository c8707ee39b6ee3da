"""The paths that other modules than their routes have to know."""

from typing import Final

PAGE: Final = "/"  # where a form is answered
PREDICT: Final = "/v1/predict"
BATCH: Final = "/v1/predict/batch"
NEXT: Final = "/v1/next"
