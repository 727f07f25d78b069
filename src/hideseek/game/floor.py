"""The floor, and the grid of cells on which worlds are drawn."""

FLOOR_SIZE = 6.0
"""Side of the floor [m]."""
GRID = 30
"""Cells along a side."""
CELL = FLOOR_SIZE / GRID
"""Side of a cell [m]."""
