"""Which versions of a protected layer to compare: with the approved baseline, and with the year before."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from eco_gis.change.beside import Beside, order_of
from eco_gis.change.extent import ALONE, compare
from eco_gis.errors import UsageError
from eco_gis.model.change import Basis, ChangeResult, Comparison
from eco_gis.model.layer import Layer, LayerFault, LayerSpec
from eco_gis.model.role import LayerRole
from eco_gis.text import Text

PROTECTED_ROLES = (LayerRole.REDLINE, LayerRole.NATURE_RESERVE)
"""Roles whose area must not shrink."""


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
    beside: Beside = ALONE,
) -> ChangeResult:
    """Compare `to_version` with the approved baseline before it (if any), with `from_version`, and year by year.

    Versions from before the baseline are not comparable: they take no part, and are named.

    Parameters
    ----------
    from_version, to_version
        By default the newest version and the one before `to_version`.

    Raises
    ------
    UsageError
        When a version does not exist, exists twice or lies before the baseline, or fewer than two can be
        used; the message lists those that can.
    """
    ordered = sorted(versions, key=lambda v: order_of(v.spec))
    names = [layer.spec.version for layer in ordered]
    _refuse_too_few(series, ordered, beside.faults)
    to_version = to_version or names[-1]
    _refuse_absent(series, names, to_version)
    new = ordered[names.index(to_version)]
    before = ordered[: names.index(to_version)]
    since = _since_baseline([*before, new])
    too_early = tuple(_not_comparable(v, since[0]) for v in before if v not in since)
    before = [v for v in before if v in since]
    from_version = from_version or (before[-1].spec.version if before else None)
    if from_version is None:
        return ChangeResult(
            series, new.spec.role, new.spec.role.label, to_version, to_version, (), (), too_early
        )
    _refuse_absent(series, names, from_version)
    old = ordered[names.index(from_version)]
    if from_version == to_version:
        raise UsageError(
            Text(
                f"{series} 的起止版本都是 {to_version}：请用 --from 与 --to 给出两个版本",
                f"series {series!r}: --from and --to are both {to_version}: give two versions",
            )
        )
    if old in ordered[: ordered.index(since[0])]:
        raise UsageError(_not_comparable(old, since[0]))
    approved = [layer for layer in before if layer.spec.approved]
    pairs = [(Basis.BASELINE, layer) for layer in approved[-1:]]
    if not approved or approved[-1] is not old:
        pairs.append((Basis.LAST_YEAR, old))
    found = {(v.spec.id, new.spec.id): compare(v, new, basis=basis, beside=beside) for basis, v in pairs}
    return ChangeResult(
        series=series,
        role=new.spec.role,
        label=new.spec.role.label,
        from_version=from_version,
        to_version=to_version,
        comparisons=tuple(found.values()),
        years=year_by_year(since, found, beside),
        incomparable=too_early,
    )


def _since_baseline(versions: Sequence[Layer]) -> list[Layer]:
    """The versions from the last approved one that has a version after it, or is the newest; all without one."""
    approved = [i for i, v in enumerate(versions) if v.spec.approved]
    earlier = [i for i in approved if i < len(versions) - 1]
    first = earlier[-1] if earlier else approved[-1] if approved else 0
    return list(versions[first:])


def year_by_year(
    versions: Sequence[Layer], known: Mapping[tuple[str, str], Comparison], beside: Beside
) -> tuple[Comparison, ...]:
    """Each version against the one before; two versions are no series."""
    if len(versions) < 3:
        return ()
    steps = []
    for old, new in itertools.pairwise(versions):
        step = known.get((old.spec.id, new.spec.id))
        steps.append(
            compare(old, new, basis=Basis.YEAR, beside=beside)
            if step is None
            else replace(step, basis=Basis.YEAR)
        )
    return tuple(steps)


def _not_comparable(version: Layer, baseline: Layer) -> Text:
    name, base = version.spec.version or version.spec.id, baseline.spec.version or baseline.spec.id
    return Text(
        f"{name} 版早于 {base} 年批复基线，划定规则不同，不可比，不计为减少；请以 {base} 年基线为起点。",
        f"version {name} lies before the approved baseline {base}: it was drawn by other rules, is not "
        f"comparable and no loss; begin with the baseline {base}.",
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
