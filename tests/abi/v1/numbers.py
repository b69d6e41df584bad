"""What the frozen samplers compute on the run of host.hpp, written from their formulas."""
import math

SIGMAS = [8.0, 4.0, 2.0, 1.0, 0.0]
NOISE = [0.5, -1.0, 0.25]


def denoise(x, sigma):
    return [(0.25 * sigma**2 + 0.5 * v) / (0.5 + sigma**2) for v in x]


def slope(x, prediction, sigma):
    return [(a - b) / sigma for a, b in zip(x, prediction)]


def frozen_heun(x):
    """frozen_c.c with its defaults: guided, corrected, order 2, s_noise 0.5."""
    for sigma, after in zip(SIGMAS, SIGMAS[1:]):
        h = after - sigma
        d = slope(x, denoise(x, sigma), sigma)
        x_2 = [a + h * b for a, b in zip(x, d)]
        denoised = denoise(x, sigma)
        if after == 0:
            return x_2
        d_2 = slope(x_2, denoise(x_2, after), after)
        x = [a + h * (b + c) / 2 + 0.5 * after * n for a, b, c, n in zip(x, d, d_2, NOISE)]
        norm = math.sqrt(sum(a * a for a in x) / 3)
        error = math.sqrt(sum(((a - b) / max(0.01, 0.05 * max(abs(a), abs(c))))**2
                              for a, b, c in zip(x, x_2, denoised)) / 3)
        # percent_to_sigma(0.5), sigma_max and shift of the host's model
        scale = 1 + norm / 1024 + error / 65536 + 8 / 4096 + 16 / 8192 + 1 / 16384
        x = [scale * a for a in x]
    raise AssertionError


def frozen_ab2(x):
    """frozen_cpp.cpp with its defaults: eta 0.5, two steps."""
    last = None
    for sigma, after in zip(SIGMAS, SIGMAS[1:]):
        d = slope(x, denoise(x, sigma), sigma)
        up = min(after, 0.5 * math.sqrt(after**2 * (sigma**2 - after**2) / sigma**2))
        h = math.sqrt(after**2 - up**2) - sigma
        two = last is not None and after > 0
        x = [a + h * (1.5 * b - 0.5 * last[i] if two else b) + up * NOISE[i]
             for i, (a, b) in enumerate(zip(x, d))]
        last = d
    return x


if __name__ == "__main__":
    for sampler in (frozen_heun, frozen_ab2):
        print(sampler.__name__, *(repr(v) for v in sampler([-3.0, 1.0, 12.0])))
