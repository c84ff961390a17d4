"""What is found wrong or worth saying while a file of coordinates is read, line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from eco_gis.errors import LayerReadError, Problem
from eco_gis.text import Text

_LISTED = 20
_SHOWN_CHARS = 60


@dataclass
class Findings:
    """Problems and remarks about one file; `stop` raises when anything fatal was found."""

    file: Path
    problems: list[Problem] = field(default_factory=list)
    """What keeps the file from being read."""
    remarks: list[Text] = field(default_factory=list)
    """What a reader must know of a file that was read; the numbers are right all the same."""
    doubts: list[Text] = field(default_factory=list)
    """What probably makes a number wrong."""

    def problem(self, line: int | None, what: Text, remedy: Text) -> None:
        """Something that keeps the file from being read; `line` counts from 1, None for the whole file."""
        where = str(self.file) if line is None else f"{self.file}:{line}"
        self.problems.append(Problem(where, _at(line, what), remedy))

    def note(self, what: Text, *, line: int | None = None, doubt: bool = False) -> None:
        """Something to be known; `doubt` where a number is probably wrong."""
        (self.doubts if doubt else self.remarks).append(_at(line, what))

    def stop(self) -> None:
        """Refuse the file if there is any problem.

        Raises
        ------
        LayerReadError
            With the first problems and the number of the others.
        """
        if not self.problems:
            return
        count, name = len(self.problems), self.file.name
        message = Text(f"{name} 有 {count} 处无法读取：", f"{name} has {count} problem(s):")
        if count > _LISTED:
            message = Text(
                f"{name} 有 {count} 处无法读取，列出前 {_LISTED} 处：",
                f"{name} has {count} problems; the first {_LISTED} are:",
            )
        raise LayerReadError(message, problems=self.problems[:_LISTED])


def _at(line: int | None, what: Text) -> Text:
    return what if line is None else Text(f"第 {line} 行：{what.zh}", f"line {line}: {what.en}")


def shortened(text: str) -> str:
    """A line as it is quoted in a message: one line, not too long, no invisible signs.

    >>> shortened("J1,1, 3353189.181")
    "'J1,1, 3353189.181'"
    """
    visible = "".join(c if c.isprintable() else "�" for c in text.replace("\t", " "))
    return repr(visible if len(visible) <= _SHOWN_CHARS else f"{visible[:_SHOWN_CHARS]}…")
