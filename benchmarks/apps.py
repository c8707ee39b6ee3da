"""Supine as a worker has it, with the promoted model."""

import os
from pathlib import Path

from service.app import create_app
from service.server.memory import settle

supine = create_app(Path(os.environ.get("MODELS", "models")))
settle()
