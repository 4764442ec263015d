"""What a user is told about their input: an error where it cannot be used, a note where it can."""

from typing import Any


class InputError(ValueError):
    """Something that the user gave cannot be used; the message is one sentence made for them."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it: the sentence alone."""
        return [f"InputError: {self}"]


class InputNote(UserWarning):
    """Something that the user gave is used, in a way that they should know of; the message is one sentence."""


def reason(error: Any) -> str:
    """Why the system, or FFmpeg, refused something, as a sentence takes it."""
    return (error.strerror or "unknown reason").lower()
