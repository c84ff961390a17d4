"""Which layers of a catalog a run loads."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from eco_gis.errors import UsageError
from eco_gis.layers.toml_table import did_you_mean
from eco_gis.model.layer import Catalog, LayerSpec
from eco_gis.text import Text


def asked_layers(
    catalog: Catalog, extra: Sequence[LayerSpec], only: Collection[str] | None
) -> list[LayerSpec]:
    """The layers of a catalog that are asked for (None: all), those that serve them as coverage, and `extra` ones.

    Raises
    ------
    UsageError
        `only` names an unknown layer, or an extra layer takes the id of another one.
    """
    specs = [*catalog.layers, *extra]
    ids = [s.id for s in specs]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise UsageError(
            Text(
                f"两个图层同用编号 {'、'.join(twice)}：请为添加的图层另取编号",
                f"two layers share the id {', '.join(twice)}: give the added layer another one",
            )
        )
    if only is None:
        return specs
    for name in only:
        if name not in ids:
            near = did_you_mean(name, ids)
            raise UsageError(
                Text(f"目录中没有图层 {name!r}：{near.zh}", f"the catalog has no layer {name!r}: {near.en}")
            )
    serving = {s.coverage.layer for s in specs if s.coverage}
    return [s for s in specs if s.id in only or s.id in serving or s in extra]
