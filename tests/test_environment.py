"""`pyproject.toml` and `environment.yml` name the same packages; nothing tracked names a machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from eco_gis.layers.catalog import LAYER_KEYS, PROJECT_KEYS
from eco_gis.model.restriction import RestrictionKind
from eco_gis.model.role import LayerRole

ROOT = Path(__file__).parents[1]


def pip_requirements() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = [*project["dependencies"], "python" + project["requires-python"]]
    return dict(re.fullmatch(r"([\w-]+)(.*)", entry).groups() for entry in entries)  # type: ignore[union-attr]


def test_environment_lists_the_same_packages() -> None:
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    entries = [line.removeprefix("  - ") for line in lines if line.startswith("  - ")]
    conda = dict(re.fullmatch(r"([\w-]+)(.*)", e).groups() for e in entries if e != "conda-forge")  # type: ignore[union-attr]
    assert conda == pip_requirements()


def test_each_dependency_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if re.match(r'\s+"[\w-]+[><=]', line)]
    assert len(lines) > 15
    assert [line for line in lines if not re.search(r"# \w", line)] == []


def test_every_key_of_the_catalog_is_documented() -> None:
    page = (ROOT / "docs" / "catalog.md").read_text(encoding="utf-8")
    assert [key for key in (*PROJECT_KEYS, *LAYER_KEYS) if f"`{key}`" not in page] == []
    assert [role for role in LayerRole if f"`{role}`" not in page] == []
    assert [kind for kind in RestrictionKind if f"`{kind}`" not in page] == []
