"""Masks, and pictures with masks."""

COPY = 1e-6
LEVEL = 1.001 / 255  # libjpeg's builds may round differently


def masks(cases):
    one = cases.one
    for expand in (0, 1, 3, -1, -2, 20, -20):
        for tapered in (True, False):
            corners = "tapered corners" if tapered else "square corners"
            for mask in ("mask", "box", "masks"):
                if mask == "masks" and abs(expand) != 1:
                    continue
                one(
                    f"GrowMask by {expand} of {mask} with {corners}",
                    "GrowMask",
                    "mask",
                    mask=f"{mask}:Mask",
                    expand=expand,
                    tapered_corners=tapered,
                )
    edges = {"left": 0, "top": 0, "right": 0, "bottom": 0}
    for side in edges:
        for pixels in (1, 4, 40):
            one(
                f"FeatherMask of {pixels} at the {side}",
                "FeatherMask",
                "mask",
                mask="masks:Mask",
                **{**edges, side: pixels},
            )
    one("FeatherMask of none", "FeatherMask", "mask", mask="mask:Mask", **edges)
    one(
        "FeatherMask at all sides that meet",
        "FeatherMask",
        "mask",
        mask="mask:Mask",
        left=9,
        top=7,
        right=8,
        bottom=6,
    )
    one(
        "FeatherMask wider than the mask at all sides",
        "FeatherMask",
        "mask",
        mask="two_masks:Mask",
        left=30,
        top=30,
        right=30,
        bottom=30,
    )
    one("FeatherMask of a box", "FeatherMask", "mask", mask="box:Mask", left=3, top=2, right=5, bottom=4)
    for name, x, y, w, h in (
        ("inside", 2, 3, 5, 4),
        ("beyond the right", 10, 0, 9, 3),
        ("beyond the bottom", 1, 7, 4, 20),
        ("larger", 0, 0, 99, 99),
        ("one pixel", 12, 8, 1, 1),
    ):
        one(f"CropMask {name}", "CropMask", "mask", mask="masks:Mask", x=x, y=y, width=w, height=h)
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        one(f"ThresholdMask at {value}", "ThresholdMask", "mask", mask="halves:Mask", value=value)
    one("ThresholdMask of several", "ThresholdMask", "mask", mask="masks:Mask", value=0.3)
    for value, w, h in ((0.0, 7, 5), (0.37, 3, 9), (1.0, 1, 1)):
        one(f"SolidMask of {value}", "SolidMask", "mask", value=value, width=w, height=h)
    for mask in ("mask", "masks"):
        one(f"InvertMask of {mask}", "InvertMask", "mask", mask=f"{mask}:Mask")
        one(f"MaskToImage of {mask}", "MaskToImage", "pixels", mask=f"{mask}:Mask")
    for channel in ("red", "green", "blue", "alpha"):
        for picture in ("clear", "tall_clear"):
            one(
                f"ImageToMask of {channel} of {picture}",
                "ImageToMask",
                "mask",
                image=f"{picture}:Image",
                channel=channel,
            )
    one(
        "ImageToMask of green of several without alpha",
        "ImageToMask",
        "mask",
        image="pictures:Image",
        channel="green",
    )
    for color in (0xFF8000, 0xFF7F00, 0):
        one(f"ImageColorToMask of {color}", "ImageColorToMask", "mask", image="flat:Image", color=color)
    one(
        "ImageColorToMask of values beyond 0 and 1",
        "ImageColorToMask",
        "mask",
        image="beyond:Image",
        color=0xFF00FF,
    )
    one(
        "ImageColorToMask of white that is brighter than 1",
        "ImageColorToMask",
        "mask",
        image="steps:Image",
        color=0xFFFFFF,
    )
    one(
        "ImageColorToMask of a grey between two levels",
        "ImageColorToMask",
        "mask",
        image="steps:Image",
        color=0x808080,
    )
    for operation in ("multiply", "add", "subtract", "and", "or", "xor"):
        for what, destination, source, x, y in (
            ("in the middle", "mask", "small_mask", 4, 2),
            ("cut off", "mask", "small_mask", 11, 7),
            ("of one size with halves", "halves", "mask", 0, 0),
            ("of one onto several", "masks", "small_mask", 3, 1),
            ("of several onto as many", "masks", "masks", 2, 2),
        ):
            one(
                f"MaskComposite {operation} {what}",
                "MaskComposite",
                "mask",
                destination=f"{destination}:Mask",
                source=f"{source}:Mask",
                x=x,
                y=y,
                operation=operation,
            )
    one(
        "MaskComposite wholly outside",
        "MaskComposite",
        "mask",
        destination="mask:Mask",
        source="small_mask:Mask",
        x=13,
        y=0,
        operation="add",
    )
    one(
        "MaskComposite of several onto one",
        "MaskComposite",
        "mask",
        destination="mask:Mask",
        source="masks:Mask",
        x=0,
        y=0,
        operation="multiply",
    )
    one(
        "BatchMasksNode of one size", "BatchMasksNode", "mask", masks__mask0="mask:Mask", masks__mask1="masks:Mask"
    )
    one(
        "BatchMasksNode of other sizes",
        "BatchMasksNode",
        "mask",
        5e-6,
        masks__mask0="mask:Mask",
        masks__mask1="tall_masks:Mask",
        masks__mask2="small_mask:Mask",
    )
    one(
        "BatchMasksNode with the small one first",
        "BatchMasksNode",
        "mask",
        5e-6,
        masks__mask0="small_mask:Mask",
        masks__mask1="masks:Mask",
    )
    files = {
        "palette-4-bit/palette4.png": "a palette",
        "png-exif-6/e6.png": "a turned PNG",
        "rgb-mask/rgb53x37.png": "an RGB PNG",
        "jpeg-exif-6-mask/e6.jpg": "a turned JPEG",
    }
    for file, what in files.items():
        for channel in ("alpha", "green"):
            nodes = {
                "loaded": {
                    "type": "LoadImageMask",
                    "image": f"../parity_nodes/LoadImage__{file}",
                    "channel": channel,
                },
                "it": {"type": "CropMask", "mask": "$loaded", "x": 3, "y": 5, "width": 12, "height": 10},
            }
            cases.add(
                f"LoadImageMask of {channel} of {what}",
                nodes,
                {"o": {"what": "mask", "link": "$it"}},
                COPY if "JPEG" not in what else LEVEL,
            )
