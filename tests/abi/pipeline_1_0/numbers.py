#!/usr/bin/env python3
"""What client.c prints of its blend, from the formula: image1 (1 - factor) + image2 factor, and the whole part of it in
8 bits, as ComfyUI writes pictures."""

A, B, FACTOR = 13198643, 6604026, 0.3


def channels(colour):
    return colour >> 16, colour >> 8 & 255, colour & 255


print("blend", *(int(a * (1 - FACTOR) + b * FACTOR) for a, b in zip(channels(A), channels(B))))
