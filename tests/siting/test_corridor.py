"""Corridors at sites: only what stands in them is measured, in metres on the ground."""

from __future__ import annotations

import pytest
import shapely

from eco_gis.model.role import LayerRole
from eco_gis.siting.corridor import corridor_widths, is_corridor
from eco_gis.siting.sites import Sites
from tests.builders import PLANE, X0, Y0, at, make_layer, make_sites


def test_a_site_in_a_corridor_narrows_it_and_one_beside_does_not() -> None:
    corridor = make_layer(
        [at(shapely.box(-2_000, 0, 2_000, 300))], LayerRole.RESTRICTION, restriction="ecological_corridor"
    )
    assert is_corridor(corridor)
    sites = Sites.of(
        make_sites(
            [
                at(shapely.box(0, 200, 100, 400)),
                at(shapely.box(0, 500, 100, 600)),
                at(shapely.box(0, 300, 50, 350)),
            ]
        )
    )
    (narrowed,), beside, touching = corridor_widths(sites, corridor)
    scale = float(PLANE.scale_at(X0, Y0))
    assert narrowed.without_m == pytest.approx(300 / scale, rel=1e-6)
    assert narrowed.remaining_m == pytest.approx(200 / scale, rel=1e-6)
    assert shapely.get_coordinates(narrowed.place)[:, 0].min() >= X0
    assert beside == touching == ()
