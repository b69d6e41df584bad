# Pictures of other formats, and beside each what Pillow makes of it as ComfyUI's LoadImage asks it to: NAME.0.png for
# its first frame, turned upright, NAME.1.png for its second. Run with Pillow 13: python3 make_formats.py
import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps, ImageSequence, PngImagePlugin

W, H = 20, 14
random = np.random.default_rng(5)
y, x = np.mgrid[0:H, 0:W]
rgb = np.stack([x * 12, y * 18, 255 - x * 6 - y * 8], -1).astype(np.uint8)
alpha = ((x + y) * 7).astype(np.uint8)
rgba = np.dstack([rgb, alpha])
colour, glass = Image.fromarray(rgb), Image.fromarray(rgba)
made = []


def save(name, image, **options):
    image.save(name, **options)
    made.append(name)


def write(name, data):
    open(name, "wb").write(data)
    made.append(name)


def exif(orientation, order="<"):
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="%d"/></rdf:RDF></x:xmpmeta>'
)

# WebP
save("plain.webp", colour, lossless=True)
save("alpha.webp", glass, lossless=True, exact=True)
save("lossy.webp", colour, quality=60)
save("turned.webp", colour, lossless=True, exif=b"Exif\0\0" + exif(6))
save("turned_bare.webp", colour, lossless=True, exif=exif(8, ">"))
save("turned_xmp.webp", colour, lossless=True, xmp=(XMP % 5).encode())


def frames(count, mode):
    result = []
    for i in range(count):
        frame = np.zeros((H, W, 4), np.uint8)
        frame[i : i + 6, 2 * i : 2 * i + 8] = random.integers(0, 256, 4)
        frame[i + 2 : i + 4, :, 3] = 128
        result.append(Image.fromarray(frame).convert(mode))
    return result


opaque, clear = frames(3, "RGB"), frames(4, "RGBA")
save("moving.webp", opaque[0], save_all=True, append_images=opaque[1:], lossless=True, duration=40)
save("moving_alpha.webp", clear[0], save_all=True, append_images=clear[1:], lossless=True, exact=True, duration=40)

# Animated PNGs
for disposal in range(3):
    for blend in range(2 if disposal < 2 else 1):  # Pillow does not undo a frame that it blended
        save(f"moving_{disposal}{blend}.png", clear[0], save_all=True, append_images=clear[1:], disposal=disposal, blend=blend)
save("moving_rgb.png", opaque[0], save_all=True, append_images=opaque[1:], disposal=1)
save("moving_grey.png", opaque[0].convert("L"), save_all=True, append_images=[i.convert("L") for i in opaque[1:]])
save("moving_palette.png", opaque[0].quantize(16), save_all=True,
     append_images=[i.quantize(palette=opaque[0].quantize(16)) for i in opaque[1:]])
save("moving_default.png", glass, save_all=True, default_image=True, append_images=clear[1:], blend=1)

# PNGs that are turned
save("turned_exif.png", colour, exif=exif(6))
for name, key, text in (("turned_raw", "Raw profile type exif", "\nexif\n%8d\n%s\n" % (6 + len(exif(3)), (b"Exif\0\0" + exif(3)).hex())),
                        ("turned_xmp", "XML:com.adobe.xmp", XMP % 8)):
    info = PngImagePlugin.PngInfo()
    info.add_itxt(key, text) if "xmp" in name else info.add_text(key, text, zip=True)
    save(name + ".png", colour, pnginfo=info)
# The same behind the pixels.
plain = io.BytesIO()
colour.save(plain, "PNG")
late, data = plain.getvalue(), exif(7)
chunk = struct.pack(">I", len(data)) + b"eXIf" + data + struct.pack(">I", zlib.crc32(b"eXIf" + data))
write("turned_late.png", late[:-12] + chunk + late[-12:])

# JPEGs
jpeg = io.BytesIO()
colour.save(jpeg, "JPEG", quality=90)
jpeg = jpeg.getvalue()


def marker(data, kind=0xE1):
    return struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data


xmp_app = lambda n: marker(b"http://ns.adobe.com/xap/1.0/\0" + (XMP % n).encode())
write("xmp_then_exif.jpg", jpeg[:2] + xmp_app(1) + marker(b"Exif\0\0" + exif(6)) + jpeg[2:])
write("xmp_alone.jpg", jpeg[:2] + xmp_app(3) + jpeg[2:])
write("exif_in_two.jpg", jpeg[:2] + marker(b"Exif\0\0" + exif(8)[:12]) + marker(b"Exif\0\0" + exif(8)[12:]) + jpeg[2:])
write("exif_long.jpg", jpeg[:2] + marker(b"Exif\0\0" + b"MM\0*" + struct.pack(">IHHHIII", 8, 1, 0x0112, 4, 1, 6, 0)) + jpeg[2:])
cmyk = np.dstack([rgb, alpha // 2])
save("cmyk2.jpg", Image.fromarray(cmyk, "CMYK"), quality=90)
scan = jpeg.index(b"\xff\xda")
write("extraneous.jpg", jpeg[:scan] + b"\0\1\2" + jpeg[scan:])
write("after_the_end.jpg", jpeg + b"more")
write("two_ends.jpg", jpeg + b"\xff\xd9")

# Bitmaps
save("24.bmp", colour)
save("32.bmp", glass)
save("8.bmp", colour.quantize(200))
save("grey.bmp", colour.convert("L"))
save("1.bmp", colour.convert("1"))


def bmp(bits, packing, pixels, palette=b"", masks=b"", height=H, header=40, colours=0):
    rest = masks + b"\0" * (header - 40 - len(masks)) if header > 40 else b""
    more = masks if header == 40 else b""
    begin = 14 + header + len(more) + len(palette)
    return (b"BM" + struct.pack("<IHHI", begin + len(pixels), 0, 0, begin)
            + struct.pack("<IiiHHIIiiII", header, W, height, 1, bits, packing, len(pixels), 0, 0, colours, 0)
            + rest + more + palette + pixels)


index = (x // 2 + y) % 16
nibbles = b"".join(bytes([int(r[i]) << 4 | int(r[i + 1]) for i in range(0, W, 2)]) + b"\0\0" for r in index[::-1])
shades = b"".join(bytes([i * 16, 255 - i * 9, i * 5, 0]) for i in range(16))
write("4.bmp", bmp(4, 0, nibbles, shades))
write("few_colours.bmp", bmp(4, 0, nibbles, shades, colours=16))
pixel16 = ((rgb[..., 0] >> 3).astype(np.uint16) << 10 | (rgb[..., 1] >> 3).astype(np.uint16) << 5 | rgb[..., 2] >> 3)
write("16.bmp", bmp(16, 0, pixel16[::-1].astype("<u2").tobytes()))
pixel565 = ((rgb[..., 0] >> 3).astype(np.uint16) << 11 | (rgb[..., 1] >> 2).astype(np.uint16) << 5 | rgb[..., 2] >> 3)
write("565.bmp", bmp(16, 3, pixel565[::-1].astype("<u2").tobytes(), masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
write("from_above.bmp", bmp(24, 0, rgb[..., ::-1].tobytes(), height=-H))
bgra = rgba[..., [2, 1, 0, 3]]
write("32_plain.bmp", bmp(32, 0, bgra[::-1].tobytes()))
write("32_v5.bmp", bmp(32, 3, bgra[::-1].tobytes(), header=124,
                       masks=struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)))
runs8 = b""
for r in index[::-1]:
    runs8 += b"".join(bytes([2, int(v)]) for v in r[:12:2]) + bytes([0, 5]) + bytes(int(v) for v in r[12:17]) + b"\0" + bytes([3, int(r[17]), 0, 0])
write("runs8.bmp", bmp(8, 1, runs8 + b"\0\1", shades, colours=16))
runs4 = b""
for r in index[::-1]:
    runs4 += b"".join(bytes([2, int(r[i]) << 4 | int(r[i + 1])]) for i in range(0, 12, 2))
    runs4 += bytes([0, 5, int(r[12]) << 4 | int(r[13]), int(r[14]) << 4 | int(r[15]), int(r[16]) << 4, 0, 3, int(r[17]) << 4 | int(r[17]), 0, 0])
write("runs4.bmp", bmp(4, 2, runs4 + b"\0\1", shades, colours=16))
write("skips.bmp", bmp(8, 1, bytes([3, 5, 0, 2, 4, 3, 2, 9, 0, 2, 11, 10, 0, 1]), shades, colours=16))
old = b"".join(bytes([i * 16, 255 - i * 9, i * 5]) for i in range(16))
write("os2.bmp", b"BM" + struct.pack("<IHHI", 0, 0, 0, 26 + 48) + struct.pack("<IHHHH", 12, W, H, 1, 4) + old + nibbles)

for name in made:
    for n, frame in enumerate(ImageSequence.Iterator(Image.open(name))):
        frame = ImageOps.exif_transpose(frame)
        has_alpha = "A" in frame.getbands() or "transparency" in frame.info
        frame.convert("RGBA" if has_alpha else "RGB").save(f"{name}.{n}.png")
