"""Text in the two languages of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True)
class Text:
    """The same words in Chinese and English; English falls back to Chinese when empty.

    >>> Text("红线", "redline").to("en")
    'redline'
    >>> str(Text("红线", "redline")), str(Text("EPSG:4549"))
    ('红线 / redline', 'EPSG:4549')
    """

    zh: str
    en: str = ""

    def to(self, lang: Lang) -> str:
        """The words in `lang`."""
        return self.zh if lang == "zh" or not self.en else self.en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}" if self.en and self.en != self.zh else self.zh
