"""The answer in words, and the sentence that says from what it follows."""

from __future__ import annotations

from collections.abc import Sequence

from eco_gis.model.change import Cause, ChangedPiece, Conclusion
from eco_gis.model.identity import Identity
from eco_gis.text import Text


def conclude(identity: Identity, pieces: Sequence[ChangedPiece], *, complete: bool) -> Conclusion:
    """The answer in words; anything that is not proven is 待核.

    A copy of the old version, apart from one named kind of difference, is not adjusted. How large a
    piece is, or whether redrawing could make it, plays no part: the legal tolerance is 0.
    """
    if not complete or not (identity.comparable or identity.copy is not None):
        return Conclusion.TO_VERIFY
    if any(p.cause is Cause.UNDOCUMENTED for p in pieces):
        return Conclusion.TO_VERIFY
    documented = any(p.cause.documented for p in pieces)
    return Conclusion.LAWFUL if documented else Conclusion.UNCHANGED


def state(identity: Identity, conclusion: Conclusion) -> Text:
    """The conclusion in a sentence."""
    if conclusion is Conclusion.LAWFUL:
        return Text("变化均有台账批准文件。", "Every change has an approval in the register.")
    if conclusion is Conclusion.TO_VERIFY:
        return Text(
            "与批复成果不符，差异未全部得到批准文件说明，待核。",
            "Differs from the approved result, and documents do not explain all of it: to be verified.",
        )
    named = [d.text for d in identity.differences if d.kind is identity.copy]
    if not named:
        return Text("与批复成果一致。", "Equal to the approved result.")
    return Text(
        f"除{named[0].zh}外，与批复成果一致。",
        f"Equal to the approved result apart from this: {named[0].to('en')}.",
    )
