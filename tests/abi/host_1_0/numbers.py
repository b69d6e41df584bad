#!/usr/bin/env python3
"""What client.c prints, from the formulas: karras' levels (Karras et al. 2022, eq. 5), DPM-Solver++(2M) (Lu et al. 2022,
Algorithm 2), Euler's method."""
import math

LOW, HIGH = 0.029167539, 14.614643  # of Stable Diffusion 1's table


def karras(steps, rho=7.0):
    low, high = LOW ** (1 / rho), HIGH ** (1 / rho)
    return [(high + i / (steps - 1) * (low - high)) ** rho for i in range(steps)] + [0.0]


def denoised(x, sigma, scale=1.0):
    return x * scale * 0.25 / (0.25 + sigma * sigma)


def dpmpp_2m(x, sigmas):
    old, h_last = None, 0.0
    for sigma, following in zip(sigmas, sigmas[1:]):
        d = denoised(x, sigma)
        if following == 0:
            return d
        h = math.log(sigma / following)
        combined = d if old is None else (1 + h / (2 * h_last)) * d - h / (2 * h_last) * old
        x = following / sigma * x - math.expm1(-h) * combined
        old, h_last = d, h
    return x


def guided(x, sigmas, cfg=3.0):
    for sigma, following in zip(sigmas, sigmas[1:]):
        d = cfg * denoised(x, sigma) + (1 - cfg) * denoised(x, sigma, 0.5)
        x = x + (x - d) / sigma * (following - sigma)
    return x


SIGMAS = karras(4)
print("sigmas", *(f"{sigma:.6f}" for sigma in SIGMAS))
print("dpmpp_2m", *(f"{dpmpp_2m(i - 3.0, SIGMAS):.6f}" for i in range(8)))
print("guided", *(f"{guided(i - 3.0, SIGMAS):.6f}" for i in range(8)))
