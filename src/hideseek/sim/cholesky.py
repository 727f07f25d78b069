"""Factorisation of a symmetric positive matrix and substitution, in blocks of four, one block per body, in an envelope.

The matrix is W D^-1 W', with W lower triangular and D its diagonal (so that no roots are needed): L D L' with W = L D.
Loops over a block have constant length, so that the compiler unrolls them.
"""

from hideseek.sim.kernel import inline_kernel, kernel


@kernel
def factorise(hessian, factor, envelope, count):
    """Factor the lower triangle of `hessian` [4 count, 4 count]: `factor` gets W, with 1 / D on its diagonal.

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
    """Block (i, j) minus block (i, k) times D^-1 of block k times block (j, k) transposed."""
    for a in range(4):
        l0, l1 = factor[i + a, k] * factor[k, k], factor[i + a, k + 1] * factor[k + 1, k + 1]
        l2, l3 = factor[i + a, k + 2] * factor[k + 2, k + 2], factor[i + a, k + 3] * factor[k + 3, k + 3]
        for b in range(4):
            factor[i + a, j + b] -= (
                l0 * factor[j + b, k]
                + l1 * factor[j + b, k + 1]
                + l2 * factor[j + b, k + 2]
                + l3 * factor[j + b, k + 3]
            )


@inline_kernel
def _divide_by_triangle(factor, i, j):
    """Solve X (D^-1 W') = block (i, j) in place, with W and D of the factored diagonal block (j, j)."""
    l10, l20, l30 = factor[j + 1, j] * factor[j, j], factor[j + 2, j] * factor[j, j], factor[j + 3, j] * factor[j, j]
    l21, l31 = factor[j + 2, j + 1] * factor[j + 1, j + 1], factor[j + 3, j + 1] * factor[j + 1, j + 1]
    l32 = factor[j + 3, j + 2] * factor[j + 2, j + 2]
    for a in range(4):
        x0 = factor[i + a, j]
        x1 = factor[i + a, j + 1] - x0 * l10
        x2 = factor[i + a, j + 2] - x0 * l20 - x1 * l21
        x3 = factor[i + a, j + 3] - x0 * l30 - x1 * l31 - x2 * l32
        factor[i + a, j + 1] = x1
        factor[i + a, j + 2] = x2
        factor[i + a, j + 3] = x3


@inline_kernel
def _factorise_block(factor, i):
    """Factor the diagonal block (i, i) in place."""
    d0 = 1.0 / factor[i, i]
    w10, w20, w30 = factor[i + 1, i], factor[i + 2, i], factor[i + 3, i]
    l10, l20, l30 = w10 * d0, w20 * d0, w30 * d0
    d1 = 1.0 / (factor[i + 1, i + 1] - w10 * l10)
    w21, w31 = factor[i + 2, i + 1] - w20 * l10, factor[i + 3, i + 1] - w30 * l10
    l21, l31 = w21 * d1, w31 * d1
    d2 = 1.0 / (factor[i + 2, i + 2] - w20 * l20 - w21 * l21)
    w32 = factor[i + 3, i + 2] - w30 * l20 - w31 * l21
    factor[i, i] = d0
    factor[i + 1, i + 1] = d1
    factor[i + 2, i + 1] = w21
    factor[i + 2, i + 2] = d2
    factor[i + 3, i + 1] = w31
    factor[i + 3, i + 2] = w32
    factor[i + 3, i + 3] = 1.0 / (factor[i + 3, i + 3] - w30 * l30 - w31 * l31 - w32 * w32 * d2)


@kernel
def substitute(factor, gradient, direction, envelope, count):
    """Fill `direction` with minus the inverse of the factored matrix times the gradient."""
    for m in range(count):
        i = 4 * m
        for a in range(4):
            direction[i + a] = -gradient[i + a]
        for n in range(envelope[m], m):
            j = 4 * n
            z0, z1, z2, z3 = direction[j], direction[j + 1], direction[j + 2], direction[j + 3]
            for a in range(4):
                direction[i + a] -= (
                    factor[i + a, j] * z0
                    + factor[i + a, j + 1] * z1
                    + factor[i + a, j + 2] * z2
                    + factor[i + a, j + 3] * z3
                )
        z0 = direction[i] * factor[i, i]
        z1 = (direction[i + 1] - factor[i + 1, i] * z0) * factor[i + 1, i + 1]
        z2 = (direction[i + 2] - factor[i + 2, i] * z0 - factor[i + 2, i + 1] * z1) * factor[i + 2, i + 2]
        z3 = direction[i + 3] - factor[i + 3, i] * z0 - factor[i + 3, i + 1] * z1 - factor[i + 3, i + 2] * z2
        direction[i] = z0
        direction[i + 1] = z1
        direction[i + 2] = z2
        direction[i + 3] = z3 * factor[i + 3, i + 3]
    for m in range(count - 1, -1, -1):
        i = 4 * m
        x3 = direction[i + 3]
        x2 = direction[i + 2] - factor[i + 3, i + 2] * x3 * factor[i + 2, i + 2]
        x1 = direction[i + 1] - (factor[i + 2, i + 1] * x2 + factor[i + 3, i + 1] * x3) * factor[i + 1, i + 1]
        x0 = direction[i] - (factor[i + 1, i] * x1 + factor[i + 2, i] * x2 + factor[i + 3, i] * x3) * factor[i, i]
        direction[i] = x0
        direction[i + 1] = x1
        direction[i + 2] = x2
        for n in range(envelope[m], m):
            j = 4 * n
            for b in range(4):
                direction[j + b] -= factor[j + b, j + b] * (
                    factor[i, j + b] * x0
                    + factor[i + 1, j + b] * x1
                    + factor[i + 2, j + b] * x2
                    + factor[i + 3, j + b] * x3
                )
