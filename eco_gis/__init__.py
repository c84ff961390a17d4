"""eco_gis: overlay project sites with control lines, prove that protected area does not shrink, report it.

The names below are the public API; each is imported only when it is first used.

>>> import eco_gis
>>> "site" in eco_gis.__all__
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.3.0"

_HOMES = {
    "Answer": "eco_gis.model.siting",
    "Catalog": "eco_gis.model.layer",
    "ChangeResult": "eco_gis.model.change",
    "Conclusion": "eco_gis.model.change",
    "EcoGisError": "eco_gis.errors",
    "Fact": "eco_gis.model.fact",
    "FactBook": "eco_gis.model.fact",
    "Layer": "eco_gis.model.layer",
    "LayerRole": "eco_gis.model.role",
    "LayerSpec": "eco_gis.model.layer",
    "Problem": "eco_gis.errors",
    "RunResult": "eco_gis.model.result",
    "SitingResult": "eco_gis.model.siting",
    "Suggestion": "eco_gis.model.siting",
    "SurveyHeader": "eco_gis.layers.survey.writing",
    "SurveyPlot": "eco_gis.layers.survey.writing",
    "check": "eco_gis.pipeline",
    "compare": "eco_gis.pipeline",
    "load_catalog": "eco_gis.layers.catalog",
    "make_sample": "eco_gis.sample",
    "publish": "eco_gis.outputs.publish",
    "run": "eco_gis.pipeline",
    "site": "eco_gis.pipeline",
    "survey_text": "eco_gis.layers.survey.writing",
}

__all__ = [
    *sorted(_HOMES),
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'eco_gis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


if TYPE_CHECKING:
    from eco_gis.errors import EcoGisError as EcoGisError
    from eco_gis.errors import Problem as Problem
    from eco_gis.layers.catalog import load_catalog as load_catalog
    from eco_gis.layers.survey.writing import SurveyHeader as SurveyHeader
    from eco_gis.layers.survey.writing import SurveyPlot as SurveyPlot
    from eco_gis.layers.survey.writing import survey_text as survey_text
    from eco_gis.model.change import ChangeResult as ChangeResult
    from eco_gis.model.change import Conclusion as Conclusion
    from eco_gis.model.fact import Fact as Fact
    from eco_gis.model.fact import FactBook as FactBook
    from eco_gis.model.layer import Catalog as Catalog
    from eco_gis.model.layer import Layer as Layer
    from eco_gis.model.layer import LayerSpec as LayerSpec
    from eco_gis.model.result import RunResult as RunResult
    from eco_gis.model.role import LayerRole as LayerRole
    from eco_gis.model.siting import Answer as Answer
    from eco_gis.model.siting import SitingResult as SitingResult
    from eco_gis.model.siting import Suggestion as Suggestion
    from eco_gis.outputs.publish import publish as publish
    from eco_gis.pipeline import check as check
    from eco_gis.pipeline import compare as compare
    from eco_gis.pipeline import run as run
    from eco_gis.pipeline import site as site
    from eco_gis.sample import make_sample as make_sample
