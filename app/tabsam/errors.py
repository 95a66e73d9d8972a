"""What can go wrong, in words a person can act on.

Every error that tabsam raises on purpose is a :class:`TabsamError`: a stable ``code``, what happened, what to do next. Errors
about a bad argument are ``ValueError`` too, so that scripts catch what they expect.
"""

from __future__ import annotations


class TabsamError(Exception):
    """The root of every error tabsam raises on purpose.

    Parameters
    ----------
    code : str
        Stable, kebab-case; what programs and tests look at.
    message : str
        What happened, in the user's words.
    hint : str
        What to try next; may be empty.
    details : str
        For the log and for a bug report; never needed to understand the message.
    """

    def __init__(self, code: str, message: str, hint: str = "", *, details: str = "") -> None:
        super().__init__(f"{message} {hint}".rstrip())
        self.code = code
        self.message = message
        self.hint = hint
        self.details = details

    def __reduce__(self) -> tuple[object, ...]:
        # Pickled by what it was made of: an error comes back as itself from another process.
        return _again, (type(self), self.code, self.message, self.hint, self.details)

    def as_dict(self) -> dict[str, str]:
        """Give the error as plain data, to cross to JavaScript or into a log."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "details": self.details}


def _again(kind: type[TabsamError], code: str, message: str, hint: str, details: str) -> TabsamError:
    return kind(code, message, hint, details=details)


class ImageError(TabsamError, ValueError):
    """A file that is not a picture, or a picture that cannot be used."""


class PromptError(TabsamError, ValueError):
    """Points, labels, a box or a mask that do not describe a prompt."""


class ModelError(TabsamError):
    """A model that cannot be read, recognised or run."""


class StateError(TabsamError):
    """A call that makes sense, but not now: there is no picture yet, or nothing is selected."""


class RequestError(TabsamError, ValueError):
    """A call from the page that names an unknown method, or whose parameters do not fit."""


class SettingsError(TabsamError, ValueError):
    """A setting, by argument, environment or file, that does not exist or cannot have that value."""


class CancelledError(TabsamError):
    """Work that the user gave up."""


class FormatError(TabsamError, ValueError):
    """A file of annotations, classes or a project that cannot be read, or data that a format cannot hold."""
