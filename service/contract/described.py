"""What a member of an answer is, said beside its type and repeated by /openapi.json."""

from msgspec import Meta


def says(description: str) -> Meta:
    """For ``Annotated[str, says("Id of the cause.")]``: one line that describes the member."""
    return Meta(description=description)
