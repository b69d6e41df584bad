"""Writes the JPEG files beside this one, and what Pillow decodes them to as PNG (jpeg_read_test.cpp)."""
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

here = Path(__file__).parent
y, x = np.mgrid[0:19, 0:29]
rgb = np.stack([8 * x, 12 * y, 255 - 5 * x - 3 * y], -1).astype(np.uint8)
picture = Image.fromarray(rgb)


def save(name, image, **options):
    image.save(here / f"{name}.jpg", **options)
    decoded = ImageOps.exif_transpose(Image.open(here / f"{name}.jpg")).convert("RGB")
    decoded.save(here / f"{name}.jpg.png")


save("colour", picture, quality=90)
save("progressive", picture, quality=70, progressive=True)
save("grey", picture.convert("L"), quality=90)
for orientation in range(2, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(f"turned{orientation}", picture, quality=90, exif=exif)
