"""Which versions of a protected layer to compare: with the approved baseline, and with the year before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from eco_gis.change.extent import compare
from eco_gis.errors import UsageError
from eco_gis.model.change import Basis, ChangeResult
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

PROTECTED_ROLES = (LayerRole.REDLINE, LayerRole.NATURE_RESERVE)
"""Roles whose area must not shrink."""


def order_of(spec: LayerSpec) -> tuple[date, list[tuple[str, int]], str]:
    """Place of a version among its series: by the day it came into force, then its version, v9 before v10."""
    parts = [(word, int(digits or 0)) for word, digits in re.findall(r"(\D*)(\d*)", spec.version)]
    return spec.valid_from or date.min, parts, spec.id


def protected_series(specs: Iterable[LayerSpec], as_of: date) -> dict[str, list[LayerSpec]]:
    """Declared versions of each protected series in force up to `as_of`, oldest first.

    Series with one version have nothing to compare and are left out.
    """
    series: dict[str, list[LayerSpec]] = {}
    for spec in specs:
        begun = spec.valid_from is None or spec.valid_from <= as_of
        if spec.role in PROTECTED_ROLES and not spec.raster and begun:
            series.setdefault(spec.series, []).append(spec)
    return {name: sorted(versions, key=order_of) for name, versions in series.items() if len(versions) > 1}


def compare_series(
    series: str,
    versions: Sequence[Layer],
    *,
    from_version: str | None = None,
    to_version: str | None = None,
    townships: Layer | None = None,
    register: Layer | None = None,
    faults: Sequence[LayerFault] = (),
    sliver_width_m: float = 1.0,
) -> ChangeResult:
    """Compare `to_version` with the approved baseline before it (if any) and with `from_version`.

    Parameters
    ----------
    from_version, to_version
        By default the newest version and the one before `to_version`.
    faults
        Versions of the series, register or townships that could not be used. Each is named beside the
        figures, and the answer stays 待核: nobody knows what they would have shown.

    Raises
    ------
    UsageError
        When a version does not exist or exists twice, or fewer than two can be used; the message lists
        those that can.
    """
    ordered = sorted(versions, key=lambda v: order_of(v.spec))
    names = [layer.spec.version for layer in ordered]
    _refuse_too_few(series, ordered, faults)
    to_version = to_version or names[-1]
    _refuse_absent(series, names, to_version)
    before = ordered[: names.index(to_version)]
    from_version = from_version or (before[-1].spec.version if before else to_version)
    _refuse_absent(series, names, from_version)
    if from_version == to_version:
        raise UsageError(
            Text(
                f"{series} 的起止版本都是 {to_version}：请用 --from 与 --to 给出两个版本",
                f"series {series!r}: --from and --to are both {to_version}: give two versions",
            )
        )
    old, new = ordered[names.index(from_version)], ordered[names.index(to_version)]
    approved = [layer for layer in before if layer.spec.approved]
    pairs = [(Basis.BASELINE, layer) for layer in approved[-1:]]
    if not approved or approved[-1] is not old:
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


def _refuse_too_few(series: str, versions: Sequence[Layer], faults: Sequence[LayerFault]) -> None:
    """Two versions are needed, each with a name of its own."""
    if len({layer.spec.version for layer in versions}) < len(versions):
        names = ", ".join(f"{layer.spec.id} ({layer.spec.version})" for layer in versions)
        raise UsageError(
            Text(
                f"{series} 的版本有重复：{names}；请用 version 区分，不同的图层用不同的 series",
                f"series {series!r} has a version twice: {names}; tell them apart with `version`, "
                "or with `series` where they are different things",
            )
        )
    if len(versions) < 2:
        there = "、".join(layer.spec.id for layer in versions)
        gone = "、".join(fault.spec.id for fault in faults if fault.spec.series == series)
        raise UsageError(
            Text(
                f"{series} 可用的版本不足两个（可用：{there or '无'}；无法使用：{gone or '无'}）：先修好无法使用的图层",
                f"series {series!r} has fewer than two usable versions (usable: {there or 'none'}; "
                f"unusable: {gone or 'none'}): mend the layers that cannot be used",
            )
        )


def _refuse_absent(series: str, there: Sequence[str], wanted: str) -> None:
    if wanted not in there:
        raise UsageError(
            Text(
                f"{series} 没有可用的版本 {wanted}：可选 {'、'.join(there)}（valid_from 的年份，或目录中的 version）",
                f"series {series!r} has no version {wanted!r} that can be used: use one of {', '.join(there)} "
                "(the year of valid_from, or `version` in the catalog)",
            )
        )
