"""What frozen_around computes on the run of tests/abi/frozen_1_1_test.cpp, written from its formulas."""
import math

SIGMAS = [8.0, 4.0, 2.0, 1.0, 0.0]
NOISE = [0.5, -1.0, 0.25, 2.0]
X = [-3.0, 1.0, 12.0, 0.5]  # 2 x 2 cells, row by row


def denoise(x, sigma):
    return [(0.25 * sigma**2 + 0.5 * v) / (0.5 + sigma**2) for v in x]


def heun(x):
    for sigma, after in zip(SIGMAS, SIGMAS[1:]):
        denoised = denoise(x, sigma)
        if after == 0:
            return denoised
        h = after - sigma
        d = [(a - b) / sigma for a, b in zip(x, denoised)]
        x_2 = [a + h * b for a, b in zip(x, d)]
        d_2 = [(a - b) / after for a, b in zip(x_2, denoise(x_2, after))]
        x = [a + h * (b + c) / 2 for a, b, c in zip(x, d, d_2)]
    raise AssertionError


def both_ways(x, matrix):
    """matrix x matrix^T"""
    rows = [[sum(matrix[k][r] * x[2 * r + c] for r in range(2)) for c in range(2)] for k in range(2)]
    return [sum(rows[k][c] * matrix[l][c] for c in range(2)) for k in range(2) for l in range(2)]


def filtered(x):
    """Of two numbers the Fourier and the cosine transform are one, but for their scale."""
    half = math.sqrt(0.5)
    matrix = [[half, half], [half, -half]]  # its own inverse
    bins = [a * b for a, b in zip(both_ways(x, matrix), [1.0, 0.5, 0.75, 0.25])]
    return both_ways(bins, matrix)


def blurred(x, sigma):
    """A Gaussian, mirrored beyond the ends, 6 sigma and more to each side."""
    matrix = [[0.0, 0.0], [0.0, 0.0]]
    reach = math.ceil(6 * sigma) + 1
    whole = sum(math.exp(-(k / sigma)**2 / 2) for k in range(-reach, reach + 1))
    for i in range(2):
        for k in range(-reach, reach + 1):
            at = (i + k) % 4
            matrix[i][at if at < 2 else 3 - at] += math.exp(-(k / sigma)**2 / 2) / whole
    return both_ways(x, matrix)


def frozen_around(x, weight=0.25):
    x = heun(x)
    small = [(x[0] + x[2]) / 2, (x[1] + x[3]) / 2]  # the mean of two rows
    seen = denoise([0.5 * v for v in small], 2.0)
    x = [0.5 * v + 0.25 * small[i % 2] + weight * seen[i % 2] for i, v in enumerate(x)]

    square = sum(v * v for v in x) / 4
    ordered = sorted(x)
    middle = ordered[0] + 0.75 * (ordered[1] - ordered[0])  # place 0.25 * 3
    x = [v / (1 + square) + 0.125 * middle for v in x]

    x = filtered(x)
    x = [0.5 * a + 0.5 * b for a, b in zip(x, filtered(x))]
    x = [0.5 * a + 0.5 * b for a, b in zip(x, blurred(x, 0.75))]
    mean = sum(x) / 4
    x = [v + 0.25 * mean + 0.0625 * n for v, n in zip(x, NOISE)]
    items, channels, height, width, cfg = 1, 1, 2, 2, 3.5
    return [v * (1 + (items + 2 * channels + 4 * height + 8 * width + cfg) / 64) for v in x]


if __name__ == "__main__":
    print("frozen_around", *(repr(v) for v in frozen_around(X)))
