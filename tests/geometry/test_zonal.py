from __future__ import annotations

import numpy as np
import pytest
import shapely

from eco_gis.geometry.zonal import cells_inside, class_counts, zonal_mean

NORTH_UP = (10.0, 0.0, 100.0, 0.0, -5.0, 50.0)


def test_a_cell_counts_where_its_centre_lies() -> None:
    region = shapely.box(100, 35, 116, 50)
    assert cells_inside((3, 3), NORTH_UP, region).tolist() == [[True, True, False]] * 3


def test_classes_and_means_leave_out_nodata_and_nan() -> None:
    region = [shapely.box(100, 35, 130, 50), shapely.Polygon(), shapely.box(0, 0, 1, 1)]
    classes = np.array([[1, 1, 2], [2, 2, 0], [0, 0, 0]])
    assert class_counts(classes, NORTH_UP, region, nodata=0) == [{1: 2, 2: 3}, {}, {}]
    heights = np.array([[1.0, np.nan, 3.0], [-9999, -9999, -9999], [-9999, -9999, 5.0]])
    mean = zonal_mean(heights, NORTH_UP, region, nodata=-9999)
    assert mean[0] == pytest.approx(3)
    assert np.isnan(mean[1:]).all()
