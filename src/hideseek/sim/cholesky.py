"""Cholesky factorisation and substitution in blocks of four, one block per body, inside an envelope.

Loops over a block have constant length, so that the compiler unrolls them.
"""

import math

from hideseek.sim.kernel import inline_kernel, kernel


@kernel
def factorise(hessian, factor, envelope, count):
    """Factor the lower triangle of `hessian` [4 count, 4 count] into L L'; the diagonal of `factor` holds 1 / L.

    `envelope[m]` is the first block of block row `m` that is not zero.
    """
    for m in range(count):
        for n in range(envelope[m], m):
            _copy_block(hessian, factor, 4 * m, 4 * n)
            for k in range(max(envelope[m], envelope[n]), n):
                _subtract_product(factor, 4 * m, 4 * n, 4 * k)
            _divide_by_triangle(factor, 4 * m, 4 * n)
        _copy_block(hessian, factor, 4 * m, 4 * m)
        for k in range(envelope[m], m):
            _subtract_product(factor, 4 * m, 4 * m, 4 * k)
        _factorise_block(factor, 4 * m)


@inline_kernel
def _copy_block(source, target, i, j):
    for a in range(4):
        for b in range(4):
            target[i + a, j + b] = source[i + a, j + b]


@inline_kernel
def _subtract_product(factor, i, j, k):
    """Block (i, j) minus block (i, k) times block (j, k) transposed."""
    for a in range(4):
        l0, l1, l2, l3 = factor[i + a, k], factor[i + a, k + 1], factor[i + a, k + 2], factor[i + a, k + 3]
        for b in range(4):
            factor[i + a, j + b] -= (
                l0 * factor[j + b, k]
                + l1 * factor[j + b, k + 1]
                + l2 * factor[j + b, k + 2]
                + l3 * factor[j + b, k + 3]
            )


@inline_kernel
def _divide_by_triangle(factor, i, j):
    """Solve X L' = block (i, j) in place, with the factored diagonal block (j, j)."""
    for a in range(4):
        x0 = factor[i + a, j] * factor[j, j]
        x1 = (factor[i + a, j + 1] - x0 * factor[j + 1, j]) * factor[j + 1, j + 1]
        x2 = factor[i + a, j + 2] - x0 * factor[j + 2, j] - x1 * factor[j + 2, j + 1]
        x2 *= factor[j + 2, j + 2]
        x3 = factor[i + a, j + 3] - x0 * factor[j + 3, j] - x1 * factor[j + 3, j + 1] - x2 * factor[j + 3, j + 2]
        x3 *= factor[j + 3, j + 3]
        factor[i + a, j] = x0
        factor[i + a, j + 1] = x1
        factor[i + a, j + 2] = x2
        factor[i + a, j + 3] = x3


@inline_kernel
def _factorise_block(factor, i):
    """Factor the diagonal block (i, i) in place."""
    d0 = 1.0 / math.sqrt(factor[i, i])
    l10, l20, l30 = factor[i + 1, i] * d0, factor[i + 2, i] * d0, factor[i + 3, i] * d0
    d1 = 1.0 / math.sqrt(factor[i + 1, i + 1] - l10 * l10)
    l21, l31 = (factor[i + 2, i + 1] - l20 * l10) * d1, (factor[i + 3, i + 1] - l30 * l10) * d1
    d2 = 1.0 / math.sqrt(factor[i + 2, i + 2] - l20 * l20 - l21 * l21)
    l32 = (factor[i + 3, i + 2] - l30 * l20 - l31 * l21) * d2
    factor[i, i] = d0
    factor[i + 1, i] = l10
    factor[i + 1, i + 1] = d1
    factor[i + 2, i] = l20
    factor[i + 2, i + 1] = l21
    factor[i + 2, i + 2] = d2
    factor[i + 3, i] = l30
    factor[i + 3, i + 1] = l31
    factor[i + 3, i + 2] = l32
    factor[i + 3, i + 3] = 1.0 / math.sqrt(factor[i + 3, i + 3] - l30 * l30 - l31 * l31 - l32 * l32)


@kernel
def substitute(factor, gradient, direction, envelope, count):
    """Fill `direction` with minus the inverse of L L' times the gradient."""
    for m in range(count):
        i = 4 * m
        for a in range(4):
            direction[i + a] = -gradient[i + a]
        for n in range(envelope[m], m):
            j = 4 * n
            x0, x1, x2, x3 = direction[j], direction[j + 1], direction[j + 2], direction[j + 3]
            for a in range(4):
                direction[i + a] -= (
                    factor[i + a, j] * x0
                    + factor[i + a, j + 1] * x1
                    + factor[i + a, j + 2] * x2
                    + factor[i + a, j + 3] * x3
                )
        x0 = direction[i] * factor[i, i]
        x1 = (direction[i + 1] - factor[i + 1, i] * x0) * factor[i + 1, i + 1]
        x2 = (direction[i + 2] - factor[i + 2, i] * x0 - factor[i + 2, i + 1] * x1) * factor[i + 2, i + 2]
        x3 = direction[i + 3] - factor[i + 3, i] * x0 - factor[i + 3, i + 1] * x1 - factor[i + 3, i + 2] * x2
        direction[i] = x0
        direction[i + 1] = x1
        direction[i + 2] = x2
        direction[i + 3] = x3 * factor[i + 3, i + 3]
    for m in range(count - 1, -1, -1):
        i = 4 * m
        x3 = direction[i + 3] * factor[i + 3, i + 3]
        x2 = (direction[i + 2] - factor[i + 3, i + 2] * x3) * factor[i + 2, i + 2]
        x1 = (direction[i + 1] - factor[i + 2, i + 1] * x2 - factor[i + 3, i + 1] * x3) * factor[i + 1, i + 1]
        x0 = direction[i] - factor[i + 1, i] * x1 - factor[i + 2, i] * x2 - factor[i + 3, i] * x3
        x0 *= factor[i, i]
        direction[i] = x0
        direction[i + 1] = x1
        direction[i + 2] = x2
        direction[i + 3] = x3
        for n in range(envelope[m], m):
            j = 4 * n
            for b in range(4):
                direction[j + b] -= (
                    factor[i, j + b] * x0
                    + factor[i + 1, j + b] * x1
                    + factor[i + 2, j + b] * x2
                    + factor[i + 3, j + b] * x3
                )
