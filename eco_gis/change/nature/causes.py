"""Why a piece of protected ground changed its class: from the classes, the papers and the survey's own word."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from eco_gis.model.nature import LandClass, LandGroup, NatureCause
from eco_gis.model.paper import Paper
from eco_gis.model.role import DocumentKind


@cache
def explaining() -> Mapping[str, tuple[DocumentKind, ...]]:
    """Kinds of papers by what they explain: building, legacy, farming, other."""
    return {use: tuple(DocumentKind(k) for k in kinds) for use, kinds in _table()["papers"].items()}


def explaining_kinds(after: LandClass) -> tuple[DocumentKind, ...]:
    """Kinds of papers that can explain that ground came to be of the class `after`.

    Those that approve stand before those that only record.

    >>> from eco_gis.layers.classes import load_scheme
    >>> kinds = explaining_kinds(load_scheme("dlbm").of("0601"))
    >>> DocumentKind.APPROVED_PROJECT in kinds, DocumentKind.MINING_RIGHT in kinds
    (True, False)
    """
    kinds = explaining()
    if after.group is LandGroup.BUILT:
        return (*kinds["building"], *kinds["legacy"])
    return kinds["farming"] if after.group is LandGroup.FARMLAND else kinds["other"]


def cause_of(before: LandClass, after: LandClass, papers: Sequence[Paper], update_kind: str) -> NatureCause:
    """The cause of one changed piece; `papers` are those on it that explain the change.

    >>> from eco_gis.layers.classes import load_scheme
    >>> of = load_scheme("dlbm").of
    >>> cause_of(of("0301"), of("0601"), [], "").value, cause_of(of("0601"), of("0301"), [], "").value
    ('unapproved_building', 'restoration')
    >>> cause_of(of("0301"), of("0305"), [], "").value, cause_of(of("0301"), of("0101"), [], "数据更正").value
    ('within_group', 'correction')
    """
    if before.group is None or after.group is None:
        return NatureCause.UNKNOWN
    if is_correction(update_kind):
        return NatureCause.CORRECTION
    if before.group is after.group:
        return NatureCause.WITHIN_GROUP
    if after.group is LandGroup.NATURAL:
        return NatureCause.RESTORATION
    if after.group is LandGroup.FARMLAND and before.group is not LandGroup.BUILT:
        return NatureCause.FARMING
    if after.group is not LandGroup.BUILT:
        return NatureCause.OTHER
    if not papers:
        return NatureCause.UNAPPROVED_BUILDING
    legacy = explaining()["legacy"]
    return (
        NatureCause.HISTORIC_LEGACY
        if all(p.kind in legacy for p in papers)
        else NatureCause.APPROVED_BUILDING
    )


def is_correction(update_kind: str) -> bool:
    """Whether the survey's update process says that a mistake was mended."""
    word = update_kind.strip().lower()
    return any(w in word for w in _table()["update"]["correction"])


@cache
def _table() -> Mapping[str, Mapping[str, Sequence[str]]]:
    document: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
        files("eco_gis.change.nature").joinpath("causes.toml").read_text(encoding="utf-8")
    )
    return document
