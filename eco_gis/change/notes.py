"""What a reader must see beside the figures of a comparison, and what keeps its answer open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eco_gis.model.border import Evidence
from eco_gis.model.change import LedgerRow
from eco_gis.model.identity import Identity
from eco_gis.model.layer import Layer, LayerFault
from eco_gis.text import Text


def gaps(old: Layer, new: Layer, identity: Identity, faults: Sequence[LayerFault]) -> list[Text]:
    """What the ledger of areas could not see; with any, the answer stays 待核."""
    found = [text for layer in (old, new) for text in _gaps_of(layer)]
    if not identity.same:
        found += [text for layer in (old, new) for text in _thin_features(layer)]
    return [*found, *(_missing(f) for f in faults)]


def remarks(old: Layer, new: Layer, identity: Identity, county: LedgerRow) -> list[Text]:
    """How far the figures can be trusted."""
    notes = [] if identity.comparable else [_redrawn(identity, county)]
    for layer in (old, new):
        log = layer.repairs
        if log.repairs:
            net, ambiguous = f"{log.net_m2:,.2f} m²", f"{log.ambiguous_m2:,.2f} m²"
            notes.append(
                Text(
                    f"{layer.spec.id} 修复了 {len(log.repairs)} 个要素：净变化 {net}，歧义面积 {ambiguous}。",
                    f"{layer.spec.id}: {len(log.repairs)} features repaired, net {net}, ambiguous {ambiguous}.",
                )
            )
    return notes


def noise_notes(evidence: Evidence) -> list[Text]:
    """How much of the changed ground redrawing alone can make; the legal answer does not ask."""
    if not evidence.noise_m2:
        return []
    area = f"{evidence.noise_m2 / 10_000:,.4f}"
    return [
        Text(
            f"其中 {area} 公顷（增减合计）在重绘误差范围内，沿界线未见偏向一侧的移动；法定容差为 0，无批准文件的仍属待核。",
            f"Of it {area} ha (lost and gained together) lie within redraw noise, along border that moved to no side; "
            "the legal tolerance is 0, and what no document explains stays to be verified.",
        )
    ]


def _gaps_of(layer: Layer) -> list[Text]:
    found: list[Text] = []
    if layer.lost:
        found.append(
            Text(
                f"{layer.spec.id} 有 {len(layer.lost)} 条空几何记录，面积可能偏小。",
                f"{layer.spec.id} has {len(layer.lost)} lost records; its area may be too small.",
            )
        )
    if not len(layer) and not layer.spec.empty:
        found.append(
            Text(
                f"{layer.spec.id} 没有要素，也未声明为空：不能据此认定未调整；补交要素，或写 empty = true。",
                f"{layer.spec.id} holds no feature and is not declared empty: this proves nothing; "
                "deliver its features, or say empty = true.",
            )
        )
    return found


def _thin_features(layer: Layer) -> list[Text]:
    """Lines and points have no area: what changed about them no ledger of areas shows."""
    count = int(np.sum(layer.features.dimensions < 2))
    if not count:
        return []
    return [
        Text(
            f"{layer.spec.id} 有 {count} 个线或点要素，不计面积，而两版并不相同：请核对这些要素。",
            f"{layer.spec.id} has {count} line or point features, which have no area, and the versions differ: "
            "look at these features.",
        )
    ]


def _missing(fault: LayerFault) -> Text:
    return Text(
        f"{fault.spec.id}（{fault.spec.title.zh}）无法使用，未参与比较。",
        f"{fault.spec.id} ({fault.spec.title.to('en')}) cannot be used and took no part in the comparison.",
    )


def _redrawn(identity: Identity, county: LedgerRow) -> Text:
    net = f"{county.net_m2 / 10_000:,.4f}"
    return Text(
        f"两版界线的绘制基础不同（{'；'.join(d.text.zh for d in identity.differences)}），"
        f"净变化 {net} 公顷不能单独证明实际增减，须先核对两版资料的来源。",
        "The two versions were drawn on different grounds "
        f"({'; '.join(d.text.to('en') for d in identity.differences)}); "
        f"the net change of {net} ha by itself proves no real gain or loss: check the sources first.",
    )
