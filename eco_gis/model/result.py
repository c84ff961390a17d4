"""Everything one run found, as handed to the outputs room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from eco_gis.errors import Problem
from eco_gis.geometry.crs import Plane
from eco_gis.model.card import CardSet, CardSign
from eco_gis.model.change import ChangeResult, Conclusion
from eco_gis.model.fact import FactBook
from eco_gis.model.function import FunctionResult
from eco_gis.model.inside import InsideBook
from eco_gis.model.layer import Catalog, Layer, LayerFault, LayerSpec, Secrecy
from eco_gis.model.nature import NatureResult
from eco_gis.model.patches import PatchResult, PatchState
from eco_gis.model.role import LayerRole
from eco_gis.model.sheet import SheetResult
from eco_gis.model.siting import Answer, SitingResult


@dataclass(frozen=True)
class RunResult:
    """The answers of one run and the layers they rest on."""

    catalog: Catalog
    as_of: date
    plane: Plane
    layers: Mapping[str, Layer]
    """Prepared vector layers by id."""
    faults: tuple[LayerFault, ...]
    facts: FactBook
    siting: SitingResult | None = None
    sheet: SheetResult | None = None
    """What the check sheets add to the answers of `siting`."""
    changes: tuple[ChangeResult, ...] = ()
    natures: tuple[NatureResult, ...] = ()
    functions: tuple[FunctionResult, ...] = ()
    books: tuple[InsideBook, ...] = ()
    cards: tuple[CardSet, ...] = ()
    patches: PatchResult | None = None
    problems: tuple[Problem, ...] = ()
    """Everything `check` has to say about the inputs."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Options of the run, for the manifest."""
    fingerprints: Mapping[Path, str] = field(default_factory=dict)
    """SHA-256 of input files as they were read, where it was taken then."""

    def of_role(self, role: LayerRole) -> tuple[Layer, ...]:
        """Layers of a role in force on the as-of date; all there are where none is."""
        layers = tuple(layer for layer in self.layers.values() if layer.spec.role is role)
        return tuple(layer for layer in layers if layer.spec.valid_on(self.as_of)) or layers

    @property
    def is_clear(self) -> bool:
        """Something was asked, and: every answer 不涉及, no change to verify, every patch 销号, every layer usable and sound."""
        answers = [a.answer for s in self.siting.sites for a in s.answers] if self.siting else []
        conclusions = [c.conclusion for r in self.changes for c in r.comparisons]
        states = [p.entry.state for p in self.patches.patches] if self.patches else []
        return (
            bool(answers or conclusions or states)
            and all(a is Answer.NOT_CONCERNED for a in answers)
            and all(c is not Conclusion.TO_VERIFY for c in conclusions)
            and all(r.comparisons for r in self.changes)
            and all(given.cards[0].sign is not CardSign.TO_VERIFY for given in self.cards)
            and all(s is PatchState.CLOSED for s in states)
            and not self.faults
            and not any(p.fatal for p in self.problems)
        )

    @property
    def raster_ids(self) -> set[str]:
        """Ids of the usable raster layers that siting, nature and function rest on."""
        used = set(self.siting.layer_ids) if self.siting is not None else set()
        used |= {i for f in self.functions for i in f.layers}
        used |= {i for n in self.natures for c in n.comparisons for i in c.source_layers}
        used -= {fault.spec.id for fault in self.faults}
        return {spec.id for spec in self.catalog.layers if spec.raster and spec.id in used}

    @property
    def specs(self) -> Mapping[str, LayerSpec]:
        """Entries of the layers that were used, rasters among them, by id."""
        rasters = {i: self.catalog[i] for i in sorted(self.raster_ids)}
        return {**{i: layer.spec for i, layer in self.layers.items()}, **rasters}

    @property
    def secrecy(self) -> Secrecy:
        """The highest grade among the layers used."""
        return max(
            (spec.secrecy for spec in self.specs.values()),
            key=lambda s: s.rank,
            default=Secrecy.INTERNAL,
        )
