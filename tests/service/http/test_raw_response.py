"""An answer that is written already goes out as any other would."""

from flask import Response
from werkzeug.test import create_environ, run_wsgi_app

from service.http.raw_response import Written


def test_status_headers_and_body_are_those_of_any_response():
    text = b'{"notice": "for everybody"}\n'
    answers = [Written(text), Response(text, content_type="application/json")]
    for answer in answers:
        answer.headers["X-More"] = "kept"
    parts, *written = run_wsgi_app(answers[0], create_environ(method="POST"))
    others, *usual = run_wsgi_app(answers[1], create_environ(method="POST"))
    assert written == usual
    assert b"".join(parts) == b"".join(others) == text
