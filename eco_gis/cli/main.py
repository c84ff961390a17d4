"""Entry point: a user's mistake ends in one clear message, never in a traceback."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from eco_gis.cli.app import EXIT_INTERNAL, EXIT_USAGE, app
from eco_gis.errors import EcoGisError, LedgerError
from eco_gis.screen import show_error
from eco_gis.text import Lang, Text


def main() -> None:
    """Run the command line and end with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(standalone_mode=True)
    except LedgerError as error:
        show_error(error, _lang_asked(sys.argv))
        sys.exit(EXIT_INTERNAL)
    except EcoGisError as error:
        show_error(error, _lang_asked(sys.argv))
        sys.exit(EXIT_USAGE)
    except Exception as error:
        logging.getLogger(__name__).debug("internal error", exc_info=True)
        what = f"{type(error).__name__}: {error}"
        show_error(
            EcoGisError(
                Text(
                    f"内部错误 {what}\n请将此信息与所用命令一并反馈；旧成果未受影响",
                    f"internal error {what}\nplease report this with the command used; earlier results are untouched",
                )
            ),
            _lang_asked(sys.argv),
        )
        sys.exit(EXIT_INTERNAL)


def _lang_asked(arguments: Sequence[str]) -> Lang:
    """The language of the command line, also when the command failed before it was parsed."""
    words = " ".join(arguments).replace("=", " ")
    return "en" if "--lang en" in words else "zh"
