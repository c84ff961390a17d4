"""Redraw noise against real change: offsets along the border, one-sided runs, error bars of areas."""
