"""The model that this process serves; one that is promoted later takes its place at once.

At most once a second a request looks whether another model was promoted. It is loaded beside the
served one and put in its place by one assignment; requests under way keep theirs. One that is
refused changes nothing, and the reason is in the log and in /readyz.
"""

import os
from contextlib import suppress
from logging import getLogger
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final

from flask import Flask, current_app

from models.artifact import (
    ARRAYS,
    MANIFEST,
    POINTER,
    ModelMissing,
    ModelRefused,
    load_current,
    read_pointer,
)
from models.model import Model
from service.assessment.opinion import ModelProblem
from service.running.metrics import Metrics

EVERY: Final = 1.0  # seconds between two looks at the models folder
AGAIN: Final = 10.0  # seconds until a refused model is tried again, though its files are the same

FIRST: Final = "There is no model yet; a first model is being trained."
log = getLogger(__name__)


class Watch:
    """Looks for a newly promoted model and puts it into the app's extensions."""

    def __init__(self, models_dir: Path, training: int) -> None:
        self.doubt: str | None = None  # why the promoted model is not the one that is served
        self.due = monotonic() + EVERY
        self._models_dir, self._training = models_dir, training
        self._again = monotonic() + AGAIN
        self._seen = _stamps(models_dir)  # before loading: what changes meanwhile is seen later
        self._looking = Lock()

    def look(self, extensions: dict[str, Any]) -> None:
        """Take over what was promoted since; one request looks, others go on meanwhile."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            self.due = monotonic() + EVERY
            stamps = _stamps(self._models_dir)
            troubled = self.doubt or isinstance(extensions["model"], ModelProblem)
            if stamps != self._seen or (troubled and monotonic() >= self._again):
                self._seen, self._again = stamps, monotonic() + AGAIN
                self._take(load(self._models_dir, self._training), extensions)
        finally:
            self._looking.release()

    def _take(self, found: Model | ModelProblem, extensions: dict[str, Any]) -> None:
        served, told = extensions["model"], self.doubt
        if isinstance(found, Model):
            self.doubt = None
            log.info("Model %s is served.", found.version)
            extensions["metrics"].model_changed()
        elif isinstance(served, Model):
            self.doubt = f"Model {served.version} is still served, because: {found.detail}"
            if self.doubt != told:
                log.warning(self.doubt)
                _count(found, extensions["metrics"])
            return
        elif found != served:
            log.warning("No model is served: %s", found.detail)
            _count(found, extensions["metrics"])
        extensions["model"] = found


def serve(app: Flask, models_dir: Path, training: int = 0) -> None:
    """Make the promoted model of a folder, now and later, the one that the app serves."""
    app.extensions["watch"] = Watch(models_dir, training)
    app.extensions["model"] = found = load(models_dir, training)
    _count(found, app.extensions["metrics"])


def _count(found: Model | ModelProblem, metrics: Metrics) -> None:
    if isinstance(found, ModelProblem) and found.status == "refused":
        metrics.model_refused()


def load(models_dir: Path, training: int = 0) -> Model | ModelProblem:
    """The promoted model; whatever is wrong with it never stops the service.

    While there is none, but the process ``training`` runs, nobody is told to train another.
    """
    try:
        return load_current(models_dir)
    except ModelMissing as problem:
        return ModelProblem("missing", FIRST if _runs(training) else str(problem))
    except ModelRefused as problem:
        return ModelProblem("refused", str(problem))
    except Exception as problem:
        return ModelProblem("refused", f"The model cannot be read ({type(problem).__name__}).")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return process > 0


def model(app: Flask | None = None) -> Model | ModelProblem:
    """The model of an app, or of that whose request is handled.

    Ask once, or an answer may come from two.
    """
    extensions = (app or current_app).extensions
    if monotonic() >= extensions["watch"].due:
        extensions["watch"].look(extensions)
    served: Model | ModelProblem = extensions["model"]
    return served


def emergency_number(app: Flask | None = None) -> str:
    """The number that an app's advice names, of its settings; empty where it is told none."""
    number: str = (app or current_app).config["EMERGENCY_NUMBER"]
    return number


def trouble(served: Model | ModelProblem) -> str | None:
    """Why no model is served, or not the promoted one; None if that one is."""
    doubt: str | None = current_app.extensions["watch"].doubt
    return served.detail if isinstance(served, ModelProblem) else doubt


def _stamps(models_dir: Path) -> list[tuple[int, ...] | None]:
    """What changes with the pointer, and with the files of the version that it names."""
    paths = [models_dir / POINTER]
    with suppress(Exception):  # whatever is wrong with it is told by loading
        folder = models_dir / read_pointer(models_dir).current.version
        paths += [folder / MANIFEST, folder / ARRAYS]
    return [_stamp(path) for path in paths]


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
