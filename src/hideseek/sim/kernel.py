"""How the functions that run on every world at every step are compiled."""

from numba import njit

kernel = njit(cache=True, error_model="numpy", fastmath={"contract", "nsz"}, _nrt=False)  # pyright: ignore[reportCallIssue]
"""Decorator for compiled functions that allocate no arrays.

Without Numba's runtime no array is reference-counted. Counting costs an atomic operation each time that a field of a
named tuple of arrays is read, which made casting rays three times slower. Division by zero gives inf or nan, as in
NumPy; products and sums may be fused.
"""
