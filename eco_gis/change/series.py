"""Which versions of a protected layer to compare: with the approved baseline, and with the year before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eco_gis.change.extent import compare
from eco_gis.errors import UsageError
from eco_gis.model.change import Basis, ChangeResult
from eco_gis.model.layer import Layer, LayerFault, LayerRole
from eco_gis.text import Text

PROTECTED_ROLES = (LayerRole.REDLINE, LayerRole.NATURE_RESERVE)
"""Roles whose area must not shrink."""


def protected_series(layers: Iterable[Layer]) -> dict[str, list[Layer]]:
    """Versions of each protected series, oldest first; series with one version have nothing to compare."""
    series: dict[str, list[Layer]] = {}
    for layer in layers:
        if layer.spec.role in PROTECTED_ROLES and not layer.spec.raster:
            series.setdefault(layer.spec.series, []).append(layer)
    return {
        name: sorted(versions, key=lambda v: (v.spec.version, v.spec.id))
        for name, versions in series.items()
        if len(versions) > 1
    }


def compare_series(
    series: str,
    versions: list[Layer],
    *,
    from_version: str,
    to_version: str,
    townships: Layer | None = None,
    register: Layer | None = None,
    faults: Sequence[LayerFault] = (),
    sliver_width_m: float = 1.0,
) -> ChangeResult:
    """Compare `to_version` with the approved baseline (where one is declared) and with `from_version`.

    Parameters
    ----------
    faults
        Versions of the series, register or townships that could not be used. Each is named beside the
        figures, and the answer stays 待核: nobody knows what they would have shown.

    Raises
    ------
    UsageError
        When a version does not exist or exists twice; the message lists those that do.
    """
    by_version = {layer.spec.version: layer for layer in versions}
    if len(by_version) < len(versions):
        names = ", ".join(f"{layer.spec.id} ({layer.spec.version})" for layer in versions)
        raise UsageError(
            Text(
                f"{series} 的版本有重复：{names}；请用 version 区分",
                f"series {series!r} has a version twice: {names}; tell them apart with `version`",
            )
        )
    for wanted in (from_version, to_version):
        if wanted not in by_version:
            raise UsageError(
                Text(
                    f"{series} 没有版本 {wanted}：可选 {'、'.join(by_version)}（valid_from 的年份，或目录中的 version）",
                    f"series {series!r} has no version {wanted!r}: use one of {', '.join(by_version)} "
                    "(the year of valid_from, or `version` in the catalog)",
                )
            )
    if from_version == to_version:
        raise UsageError(
            Text(
                f"--from 与 --to 都是 {to_version}：请给出两个版本",
                f"--from and --to are both {to_version}: give two versions",
            )
        )
    old, new = by_version[from_version], by_version[to_version]
    baselines = [layer for layer in versions if layer.spec.approved and layer is not new]
    pairs = [(Basis.BASELINE, layer) for layer in baselines[-1:]]
    if not baselines or baselines[-1] is not old:
        pairs.append((Basis.LAST_YEAR, old))
    return ChangeResult(
        series=series,
        role=new.spec.role,
        label=new.spec.role.label,
        from_version=from_version,
        to_version=to_version,
        comparisons=tuple(
            compare(
                before,
                new,
                basis=basis,
                townships=townships,
                register=register,
                faults=faults,
                sliver_width_m=sliver_width_m,
            )
            for basis, before in pairs
        ),
    )
