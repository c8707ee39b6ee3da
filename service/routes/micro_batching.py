"""Cases of several requests, assessed together before the route of each is asked.

The arrays of one case are so small that most of their time goes to being called at all.
"""

from collections.abc import Sequence
from logging import getLogger

from flask import Flask

from service.assessment.assess import assess_each
from service.http.body import misfit
from service.http.paths import PREDICT
from service.http.wsgi import ASSESSED, Environ
from service.reading import fast_decoder
from service.running.model_watcher import emergency_number, model

log = getLogger(__name__)


def assess_ahead(app: Flask, environs: Sequence[Environ]) -> None:
    """Assess the usual cases; any other request, and all of them if that fails, is left as it is.

    The bodies are whole, no longer than one case may be, and can be read again.
    """
    try:
        pairs = [(environ, numbers) for environ in environs if (numbers := _told(environ))]
        if not pairs:
            return
        cases = fast_decoder.cases(b"".join([numbers for _, numbers in pairs]))
        said = list(assess_each(cases, model(app), emergency_number(app)))
        for (environ, _), one in zip(pairs, said, strict=True):
            environ[ASSESSED] = one
    except Exception as problem:  # each may still be answered; what a message says may be a case
        fields = {"exception": type(problem).__name__}
        log.error("cases were not assessed together", extra={"fields": fields})


def _told(environ: Environ) -> bytes | None:
    """What a request tells of its case, if its route would read it in just this way."""
    asks = environ["PATH_INFO"] == PREDICT and environ["REQUEST_METHOD"] == "POST"
    if not asks or environ["QUERY_STRING"] or misfit(environ):
        return None
    return fast_decoder.told(environ["wsgi.input"].getvalue())
