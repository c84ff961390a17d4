"""Overlap areas without building a shape: the plane cut into square cells.

For a point p, the indicator of a polygon P is the signed count of the edges of P above p: +1 for an
edge with the ground below it, −1 for one with the ground above it. So for two polygons A and B

    area(A ∩ B) = Σ over edges e of A, f of B   s(e) · s(f) · ∫ min(e(x), f(x)) dx

over the common x-range, with heights from a common base line. There is no predicate and no special
case: shared, collinear and duplicate edges are fine, and the only error is rounding.

To make the double sum local, the plane is cut into square cells and heights are taken inside the cell
(`cut`). Within a cell a polygon is

- its *pieces*, the edges cut by the cell;
- for each place where its border crosses the top of the cell, a piece along the top from there to the
  right side: what the edges above the cell contribute changes there;
- one piece along the whole top where the polygon holds the cell's top left corner. Such cells follow
  one another in a row, and are kept as *runs*: a cell without edges is told by them alone.

Pieces that follow one another are summed as one *path* wherever two paths lie one above the other (`paths`).
One layer is put into compressed rows by cell (`index`, `rows`), the other is streamed past it, feature by
feature (`pairs`), so that only the smaller one is ever stored; where the index has nothing, nothing is cut. Ellipsoidal area is the same sum with
the areal scale taken as linear within each cell (`scale`), that is with the first moments. Lines and points
are the same with lengths and counts below the edges (`thin`); a feature's own area needs no cells (`area`).

Cells are aligned to multiples of their side, a power of two of the plane's unit: dividing by it loses no
bit, and what follows is computed from the cell's corner, so that the size of the coordinates does not
matter.
"""
