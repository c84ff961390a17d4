"""What the layers of a catalog may not say of one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from eco_gis.errors import Problem
from eco_gis.layers.toml_table import did_you_mean
from eco_gis.model.layer import LayerSpec
from eco_gis.text import Text


def check_ids(specs: list[LayerSpec], where: str, problems: list[Problem]) -> None:
    """Every id stands once."""
    # ids are compared without case: they become file and table names, and those ignore case on Windows
    counts = Counter(s.id.casefold() for s in specs)
    problems += [
        Problem(
            f"{where} [[layer]] {layer_id}",
            Text(f"该 id 出现了 {n} 次", f"the id stands {n} times"),
            Text("每个图层用各自的 id", "give every layer an id of its own"),
        )
        for layer_id, n in counts.items()
        if n > 1
    ]


def check_coverages(specs: list[LayerSpec], where: str, problems: list[Problem]) -> None:
    """Coverage layers must exist, be vector layers, and not lean on one another in a circle."""
    by_id = {s.id: s for s in specs}
    for spec in specs:
        target = spec.coverage.layer if spec.coverage else None
        if target is None:
            continue
        entry = f"{where} [[layer]] {spec.id}"
        if target not in by_id:
            what = Text(f"覆盖范围图层 {target!r} 未登记", f"coverage layer {target!r} is not declared")
            problems.append(Problem(entry, what, did_you_mean(target, by_id)))
        elif by_id[target].raster:
            what = Text(f"覆盖范围图层 {target!r} 是栅格", f"coverage layer {target!r} is a raster")
            problems.append(Problem(entry, what, Text("改用面图层", "use a polygon layer")))
        elif _leads_back(spec, by_id):
            what = Text(
                f"覆盖范围 'layer:{target}' 又指回本图层",
                f"coverage 'layer:{target}' leads back to the layer itself",
            )
            remedy = Text(
                "图层不能证明自身完整：改用界线图层、范围框或文件",
                "no layer proves its own completeness: name a boundary layer, a box or a file",
            )
            problems.append(Problem(entry, what, remedy))


def _leads_back(spec: LayerSpec, by_id: Mapping[str, LayerSpec]) -> bool:
    seen: set[str] = set()
    current: LayerSpec | None = spec
    while current is not None and current.coverage is not None and current.coverage.layer is not None:
        if current.coverage.layer == spec.id:
            return True
        if current.id in seen:
            return False
        seen.add(current.id)
        current = by_id.get(current.coverage.layer)
    return False
