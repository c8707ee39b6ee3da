"""Where versions are kept: as MODELS says, in a checkout beside the code, else with the user."""

import pytest

from models.folder import models_folder

HOME = {"HOME": "/home/ada"}


@pytest.mark.parametrize(
    ("environ", "checkout", "kept"),
    [
        ({**HOME, "MODELS": "mine"}, False, "mine"),
        ({**HOME, "MODELS": "/srv/models"}, True, "/srv/models"),
        (HOME, True, "models"),
        (HOME, False, "/home/ada/.local/share/supine/models"),
        ({**HOME, "MODELS": ""}, False, "/home/ada/.local/share/supine/models"),
        ({**HOME, "XDG_DATA_HOME": "/data"}, False, "/data/supine/models"),
        ({**HOME, "XDG_DATA_HOME": "data"}, False, "/home/ada/.local/share/supine/models"),
        ({**HOME, "XDG_DATA_HOME": ""}, False, "/home/ada/.local/share/supine/models"),
        ({}, False, "models"),
        ({"HOME": ""}, False, "models"),
        ({"XDG_DATA_HOME": "/data"}, False, "/data/supine/models"),
    ],
)
def test_versions_are_kept_where_the_docs_say(environ, checkout, kept):
    """A variable that is empty, or a folder of data that is not absolute, counts as not set."""
    assert str(models_folder(environ, checkout)) == kept
