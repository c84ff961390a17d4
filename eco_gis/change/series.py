"""Which versions of a protected layer to compare: with the approved baseline, and with the year before."""

from __future__ import annotations

from collections.abc import Iterable

from eco_gis.change.extent import compare
from eco_gis.errors import UsageError
from eco_gis.model.change import Basis, ChangeResult
from eco_gis.model.layer import Layer, LayerRole

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
    sliver_width_m: float = 1.0,
) -> ChangeResult:
    """Compare `to_version` with the approved baseline (where one is declared) and with `from_version`.

    Raises
    ------
    UsageError
        When a version does not exist; the message lists those that do.
    """
    by_version = {layer.spec.version: layer for layer in versions}
    for wanted in (from_version, to_version):
        if wanted not in by_version:
            raise UsageError(
                f"series {series!r} has no version {wanted!r}: use one of {', '.join(by_version)} "
                "(the year of valid_from, or `version` in the catalog)"
            )
    if from_version == to_version:
        raise UsageError(f"--from and --to are both {to_version}: give two versions")
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
                sliver_width_m=sliver_width_m,
            )
            for basis, before in pairs
        ),
    )
