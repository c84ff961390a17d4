"""What was there and what is there: land classes of two surveys on each patch."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from eco_gis.geometry.atoms import NONE, planarize
from eco_gis.geometry.overlay import difference
from eco_gis.geometry.regions import Regions
from eco_gis.layers.codes import group_of, name_of
from eco_gis.model.columns import texts
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.nature import LandClass, LandGroup
from eco_gis.model.patches import LandAnswer, LandArea, LandFlow
from eco_gis.model.role import LayerRole
from eco_gis.model.siting import Reason
from eco_gis.patches.documents import UNCOVERED_M2
from eco_gis.text import Text

Survey = Layer | LayerFault


@dataclass(frozen=True)
class Pair:
    """The surveys before and after a day."""

    before: Survey | None
    after: Survey | None
    after_is_older: bool

    @property
    def key(self) -> tuple[str, str, bool]:
        """What tells pairs apart."""
        before, after = (s.spec.id if s is not None else "" for s in (self.before, self.after))
        return before, after, self.after_is_older


def surveys_of(entries: Iterable[Survey], as_of: date) -> list[Survey]:
    """Land surveys known on `as_of`, the oldest first."""
    known = [
        e
        for e in entries
        if e.spec.role is LayerRole.LAND_SURVEY and (e.spec.valid_from is None or e.spec.valid_from <= as_of)
    ]
    return sorted(known, key=lambda e: (e.spec.valid_from or date.min, e.spec.version, e.spec.id))


def pair_for(surveys: Sequence[Survey], day: date | None) -> Pair:
    """After: the first survey that shows a day not before the patch's, else the newest; before: the one before it.

    A survey shows the day from which it is valid.
    """
    if not surveys:
        return Pair(None, None, after_is_older=False)
    later = [
        k for k, e in enumerate(surveys) if day is not None and e.spec.valid_from and e.spec.valid_from >= day
    ]
    k = later[0] if later else len(surveys) - 1
    if len(surveys) == 1 and not later:
        return Pair(surveys[0], None, after_is_older=False)
    return Pair(surveys[k - 1] if k else None, surveys[k], after_is_older=not later)


ClassOf = Callable[[LayerSpec, str], LandClass]
"""Class of a code in a survey."""


def survey_class(spec: LayerSpec, code: str) -> LandClass:
    """A class of the national survey (DLBM), whatever the survey."""
    group = group_of(code)
    return LandClass(code, Text(name_of("DLBM", code) or ""), LandGroup(group) if group else None)


def land_of(
    ground: Regions,
    days: Sequence[date | None],
    entries: Iterable[Survey],
    as_of: date,
    *,
    class_of: ClassOf = survey_class,
) -> list[LandAnswer]:
    """Land classes before and after on each patch, and the flows between them.

    Where parcels of a survey overlap, the first in the file holds the ground; ground without a parcel
    stands under an empty code. Areas of a patch sum to its own up to rounding.
    """
    surveys = surveys_of(entries, as_of)
    pairs = [pair_for(surveys, day) for day in days]
    out: dict[int, LandAnswer] = {}
    for pair in {p.key: p for p in pairs}.values():
        rows = [i for i, p in enumerate(pairs) if p.key == pair.key]
        out |= zip(rows, _answers(ground.take(rows), pair, class_of), strict=True)
    return [out[i] for i in range(len(days))]


def _answers(ground: Regions, pair: Pair, class_of: ClassOf) -> list[LandAnswer]:
    before, after = (_Side.of(survey, ground, class_of) for survey in (pair.before, pair.after))
    atoms = planarize(ground.shapes, before.parcels, after.parcels, ground.plane)
    out = []
    for i in range(len(ground)):
        mine = atoms.ground == i
        old = [before.code(k) for k in atoms.township[mine]]
        new = [after.code(k) for k in atoms.entry[mine]]
        area = atoms.area_m2[mine]
        both = before.asked and after.asked
        out.append(
            LandAnswer(
                before_layer=before.layer_id,
                after_layer=after.layer_id,
                before=before.areas(old, area),
                after=after.areas(new, area),
                flows=_flows(old, new, area) if both else (),
                before_reasons=before.reasons(i),
                after_reasons=after.reasons(i),
                after_is_older=pair.after_is_older,
            )
        )
    return out


@dataclass(frozen=True)
class _Side:
    """One survey near the patches."""

    layer_id: str
    parcels: Regions
    codes: tuple[str, ...]
    classes: dict[str, LandClass]
    general: tuple[Reason, ...]
    uncovered: NDArray[np.bool_]

    @classmethod
    def of(cls, survey: Survey | None, ground: Regions, class_of: ClassOf) -> _Side:
        none = np.zeros(len(ground), dtype=bool)
        if not isinstance(survey, Layer):
            layer_id = survey.spec.id if survey is not None else ""
            reason = Reason.NOT_CONFIGURED if survey is None else Reason.UNREADABLE
            return cls(layer_id, Regions.empty(ground.plane), (), {}, (reason,), none)
        near = np.unique(survey.features.tree.query(ground.shapes)[1])
        every = texts(survey, "code", "DLBM")
        codes = [every[i] for i in near]
        said = dict(zip(codes, [survey.names[i] for i in near], strict=True))
        classes = {code: class_of(survey.spec, code) for code in said}
        for code, found in classes.items():
            if not found.name.zh:
                classes[code] = replace(found, name=Text(said[code]))
        standing = {
            Reason.EMPTY_LAYER: not len(survey),
            Reason.COVERAGE_UNDECLARED: survey.coverage is None,
            Reason.LOST_RECORDS: survey.has_lost,
        }
        if survey.coverage is not None:
            none = Regions(difference(ground, survey.coverage), ground.plane).area_m2 > UNCOVERED_M2
        return cls(
            survey.spec.id,
            survey.features.take(near),
            tuple(codes),
            classes,
            tuple(r for r, is_so in standing.items() if is_so),
            none,
        )

    @property
    def asked(self) -> bool:
        """Whether there is a survey that can be read."""
        return not {Reason.NOT_CONFIGURED, Reason.UNREADABLE} & set(self.general)

    def code(self, parcel: int) -> str:
        return "" if parcel == NONE else self.codes[parcel]

    def reasons(self, i: int) -> tuple[Reason, ...]:
        return (*self.general, *([Reason.OUTSIDE_COVERAGE] if self.uncovered[i] else []))

    def areas(self, codes: Sequence[str], area_m2: NDArray[np.float64]) -> tuple[LandArea, ...]:
        """Ground by class, largest first."""
        if not self.asked:
            return ()
        totals = _totals(codes, area_m2)
        none = LandClass("")
        known = {code: self.classes.get(code, none) for code in totals}
        rows = [LandArea(code, known[code].name, known[code].group or "", m2) for code, m2 in totals.items()]
        return tuple(sorted(rows, key=lambda row: (-row.area_m2, row.code)))


def _flows(old: Sequence[str], new: Sequence[str], area_m2: NDArray[np.float64]) -> tuple[LandFlow, ...]:
    totals = _totals(list(zip(old, new, strict=True)), area_m2)
    rows = [LandFlow(before, after, m2) for (before, after), m2 in totals.items()]
    return tuple(sorted(rows, key=lambda row: (-row.area_m2, row.before, row.after)))


Key = TypeVar("Key", bound=Hashable)


def _totals(keys: Sequence[Key], area_m2: NDArray[np.float64]) -> dict[Key, float]:
    totals: dict[Key, float] = {}
    for key, area in zip(keys, area_m2, strict=True):
        totals[key] = totals.get(key, 0.0) + float(area)
    return totals
