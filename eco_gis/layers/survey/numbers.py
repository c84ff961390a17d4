"""Numbers as people write them: full-width digits, thousands, degrees and minutes, areas with units."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from eco_gis.units import M2_PER_HA, M2_PER_KM2, M2_PER_MU

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("º˚⁰", "°"),
        **dict.fromkeys("′‘’ʹ´｀`＇", "'"),
        **dict.fromkeys("″“”ʺ〃＂", '"'),
        **dict.fromkeys("−–—－", "-"),
        "、": ",",
        "\u3000": " ",
        "\xa0": " ",
    }
)
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}((,\d{3}){2,}|( \d{3}){2,})(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?(\d{4,},\d+|\d+,(\d{1,2}|\d{4,}))")
_ANGLE = re.compile(
    r"(?P<sign>[+-]?)(?P<d>\d{1,3})\s*(?:°|度|d|:|\s)\s*"
    r"(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*(?:'(?!')|分|m|:|\s|$)\s*)?"
    r"(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:\"|''|秒|s|$)?)?",
    re.IGNORECASE,
)
_HEMISPHERE = re.compile(r"^(北纬|南纬|东经|西经|[NSEW])|([NSEW])$", re.IGNORECASE)
_UNITS = {
    **dict.fromkeys(("公顷", "ha", "hm2", "hm²", "hectare", "hectares"), ("ha", M2_PER_HA)),
    **dict.fromkeys(("平方米", "平米", "m2", "m²", "㎡", "sqm"), ("m2", 1.0)),
    **dict.fromkeys(("亩", "市亩", "mu"), ("mu", M2_PER_MU)),
    **dict.fromkeys(("平方公里", "平方千米", "km2", "km²"), ("km2", M2_PER_KM2)),
}
_AREA = re.compile(r"(?P<number>[\d.,eE+-]*\d\.?)\s*(?P<unit>[^\d.,\s].*)?")


def plain(text: str) -> str:
    """Text with ASCII digits, signs and brackets; for keys and numbers, never for names.

    >>> plain("３，３５３.5 ″")
    '3,353.5 "'
    """
    return unicodedata.normalize("NFKC", text.translate(_SIGNS)).strip()


def number(text: str) -> float | None:
    """A finite number; None for anything else, also for `120,500`, which has two readings.

    >>> number("３353189.181"), number("3,353,189.181"), number("3353189,181"), number(" '40520986.477")
    (3353189.181, 3353189.181, 3353189.181, 40520986.477)
    >>> number("120,500"), number("nan"), number("1e400"), number("")
    (None, None, None, None)
    """
    word = plain(text).lstrip("'").removesuffix("m").removesuffix("米").strip()
    if _THOUSANDS.fullmatch(word):
        word = word.replace(",", "").replace(" ", "")
    elif _DECIMAL_COMMA.fullmatch(word):
        word = word.replace(",", ".")
    return float(word) if _PLAIN.fullmatch(word) else None


@dataclass(frozen=True)
class Value:
    """One coordinate as written."""

    value: float
    """Metres, or degrees."""
    how: str
    """`number`, `dms` (degrees, minutes, seconds) or `degree` (a number with a degree sign or hemisphere)."""


def coordinate(text: str) -> Value | None:
    """A coordinate: a number, or degrees in any of the usual ways; None for anything else.

    >>> coordinate("120°30′15.2″").value == 120 + 30 / 60 + 15.2 / 3600
    True
    >>> coordinate("东经１２０度３０分"), coordinate("29.5°N"), coordinate("29:75:00")
    (Value(value=120.5, how='dms'), Value(value=29.5, how='degree'), None)
    >>> coordinate("3353189.181"), coordinate("J1")
    (Value(value=3353189.181, how='number'), None)
    """
    word = plain(text)
    # NFKC leaves two primes where one double prime stood
    word = word.replace("′", "'")
    side = _HEMISPHERE.search(word)
    negative = bool(side) and (side.group(0).upper() in {"S", "W", "南纬", "西经"}) if side else False
    if side:
        word = (word[: side.start()] + word[side.end() :]).strip()
    found = number(word.removesuffix("°").removesuffix("度"))
    if found is not None:
        marked = bool(side) or word.endswith(("°", "度"))
        return Value(-found if negative else found, "degree" if marked else "number")
    angle = _ANGLE.fullmatch(word)
    if angle is None:
        return None
    minutes, seconds = float(angle["m"] or 0), float(angle["s"] or 0)
    if minutes >= 60 or seconds >= 60 or ("." in (angle["m"] or "") and angle["s"]):
        return None
    size = float(angle["d"]) + minutes / 60 + seconds / 3600
    return Value(-size if negative or angle["sign"] == "-" else size, "dms")


@dataclass(frozen=True)
class DeclaredArea:
    """An area as written."""

    number: float
    unit: str
    """`ha`, `m2`, `mu`, `km2`; empty where none is written."""
    half_step: float
    """Half a unit of the last digit written."""

    def m2(self, unit: str = "ha") -> float:
        """Square metres; `unit` is for areas without one."""
        return self.number * area_factor(self.unit or unit)


def area_factor(unit: str) -> float:
    """Square metres in one of our units."""
    return next(factor for name, factor in _UNITS.values() if name == unit)


def declared_area(text: str) -> DeclaredArea | None:
    """An area with or without its unit; None when it is no such thing.

    >>> declared_area("5.7089公顷")
    DeclaredArea(number=5.7089, unit='ha', half_step=5e-05)
    >>> declared_area("57,089.00 ㎡").m2(), declared_area("0.3 亩").unit, declared_area("约五公顷")
    (57089.0, 'mu', None)
    """
    words = text.translate(_SIGNS).strip()
    match = _AREA.fullmatch(unicodedata.normalize("NFKC", words))
    if match is None:
        return None
    digits = match["number"].replace(",", "") if "." in match["number"] else match["number"]
    value = number(digits)
    unit = _UNITS.get((match["unit"] or "").strip(" ()[]").lower())
    if value is None or value < 0 or (match["unit"] and unit is None):
        return None
    decimals = len(digits.partition(".")[2]) if "e" not in digits.lower() else 0
    return DeclaredArea(value, unit[0] if unit else "", 0.5 * 10.0**-decimals)
