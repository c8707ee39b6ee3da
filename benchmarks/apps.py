"""Supine as a server finds it, with the promoted model."""

import os
from pathlib import Path

from service.app import create_app

supine = create_app(Path(os.environ.get("MODELS", "models")))
