"""What the guiders of frozen_1_2.cpp make of the questions of tests/abi/frozen_1_2_test.cpp, from their formulas."""

CFG = 3.0
POSITIVE, NEGATIVE, EMPTY = [1.0, 2.0, 3.0, 4.0], [0.5, 0.0, 1.0, -1.0], [8.0, 0.0, 0.0, -8.0]
PERTURBED, SECOND = [4.0, -4.0, 0.0, 2.0], [2.0, 6.0, -2.0, 0.5]


def plain(p, n):
    return n + CFG * (p - n)


rows = list(zip(POSITIVE, NEGATIVE, EMPTY, PERTURBED, SECOND))
print("kBoth", [CFG * p + (1 - CFG) * n + e / 8 + w / 4 - s / 2 for p, n, e, w, s in rows])
print("kWeakened", [plain(p, n) + 2 * (p - w) for p, n, _, w, _ in rows])
print("kSecond", [plain(p, n) + (s - n) / 2 for p, n, _, _, s in rows])
