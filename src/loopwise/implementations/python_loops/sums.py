"""Sums by hand: dot product, matrix · vector, matrix · matrix."""


def dot(w, x):
    """z = wᵀx."""
    z = 0.0
    for j in range(len(w)):
        z += w[j] * x[j]
    return z


def matvec(A, v):
    """u = A v: two nested loops."""
    u = [0.0] * len(A)
    for i in range(len(A)):
        for j in range(len(v)):
            u[i] += A[i][j] * v[j]
    return u


def matmul(A, B):
    """C = A B: three nested loops."""
    n, inner, p = len(A), len(B), len(B[0])
    C = zeros(n, p)
    for i in range(n):
        for j in range(p):
            c = 0.0
            for k in range(inner):
                c += A[i][k] * B[k][j]
            C[i][j] = c
    return C


def zeros(n, m):
    """An n × m matrix of zeros."""
    return [[0.0] * m for _ in range(n)]
