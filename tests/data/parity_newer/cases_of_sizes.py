"""Pictures and masks that are resized, by all methods."""

METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
RESIZED = 5e-6  # weights of some pixels, summed in another order
# Lanczos rounds to 8 bits: Pillow's own sums decide which level, and one is 1/255.
LEVEL = 1.001 / 255


def tolerance_of(method):
    return LEVEL if method == "lanczos" else RESIZED


def sizes(cases):
    _sizes(cases)
    _resize_image_mask(cases)


def _sizes(cases):
    one = cases.one
    for method in METHODS:
        tolerance = tolerance_of(method)
        for by in (0.35, 1.5, 0.07):
            one(
                f"ImageScaleBy {by} by {method}",
                "ImageScaleBy",
                "pixels",
                tolerance,
                image="picture:Image",
                upscale_method=method,
                scale_by=by,
            )
        for picture, size in (("picture", 20), ("tall", 5), ("square", 11), ("pictures", 4)):
            one(
                f"ImageScaleToMaxDimension of {picture} to {size} by {method}",
                "ImageScaleToMaxDimension",
                "pixels",
                tolerance,
                image=f"{picture}:Image",
                upscale_method=method,
                largest_size=size,
            )
        for w, h, crop in (
            (7, 7, "center"),
            (20, 5, "center"),
            (0, 5, "disabled"),
            (6, 0, "center"),
            (17, 11, "disabled"),
        ):
            one(
                f"ImageScale to {w} by {h} with crop {crop} by {method}",
                "ImageScale",
                "pixels",
                tolerance,
                image="picture:Image",
                upscale_method=method,
                width=w,
                height=h,
                crop=crop,
            )
    one(
        "ImageScaleBy of pictures with alpha",
        "ImageScaleBy",
        "pixels",
        RESIZED,
        image="tall_clear:Image",
        upscale_method="bicubic",
        scale_by=1.6,
    )
    one(
        "ImageScaleBy of pictures with alpha by lanczos",
        "ImageScaleBy",
        "pixels",
        LEVEL,
        image="tall_clear:Image",
        upscale_method="lanczos",
        scale_by=1.6,
    )
    one(
        "ImageScaleBy of values beyond 0 and 1 by bicubic",
        "ImageScaleBy",
        "pixels",
        RESIZED,
        image="beyond:Image",
        upscale_method="bicubic",
        scale_by=0.8,
    )
    one(
        "ImageScaleBy of values beyond 0 and 1 by lanczos",
        "ImageScaleBy",
        "pixels",
        LEVEL,
        image="beyond:Image",
        upscale_method="lanczos",
        scale_by=0.8,
    )
    one(
        "ImageScaleBy of one pixel",
        "ImageScaleBy",
        "pixels",
        RESIZED,
        image="pixel:Image",
        upscale_method="bilinear",
        scale_by=3.0,
    )
    # The smallest number of megapixels is a picture of 100 x 100: its sums are compared through a crop.
    for method, megapixels, steps in (
        ("area", 0.01, 1),
        ("bicubic", 0.01, 8),
        ("nearest-exact", 0.02, 64),
        ("bilinear", 0.013, 3),
        ("lanczos", 0.01, 16),
    ):
        for picture in ("picture", "tall"):
            nodes = {
                "i": {"type": "GivenImage", "tensor": picture},
                "n": {
                    "type": "ImageScaleToTotalPixels",
                    "image": "$i",
                    "upscale_method": method,
                    "megapixels": megapixels,
                    "resolution_steps": steps,
                },
                "s": {"type": "GetImageSize", "image": "$n"},
                "c": {"type": "ImageCrop", "image": "$n", "width": 12, "height": 10, "x": 40, "y": 30},
            }
            cases.add(
                f"ImageScaleToTotalPixels of {picture} to {megapixels} in steps of {steps} by {method}",
                nodes,
                {
                    "o": {"what": "pixels", "link": "$c"},
                    "w": {"what": "number", "link": "$s"},
                    "h": {"what": "number", "link": "$s.height"},
                },
                tolerance_of(method),
            )

    for picture in ("picture", "tall", "square", "clear"):
        nodes = {
            "i": {"type": "GivenImage", "tensor": picture},
            "n": {"type": "FluxKontextImageScale", "image": "$i"},
            "s": {"type": "GetImageSize", "image": "$n"},
            "c": {"type": "ImageCrop", "image": "$n", "width": 12, "height": 10, "x": 400, "y": 300},
        }
        outputs = {
            "o": {"what": "pixels", "link": "$c"},
            "w": {"what": "number", "link": "$s"},
            "h": {"what": "number", "link": "$s.height"},
        }
        cases.add(f"FluxKontextImageScale of {picture}", nodes, outputs, LEVEL)


def _resize_image_mask(cases):
    def resize(name, given, method, kind, **values):
        what = "mask" if given.endswith("Mask") else "pixels"
        # A mask by lanczos is a picture of one channel to Pillow, of 8 bits as well.
        values = {f"resize_type__{key}": value for key, value in values.items()}
        cases.one(
            f"ResizeImageMaskNode {name}",
            "ResizeImageMaskNode",
            what,
            tolerance_of(method),
            input=given,
            resize_type=kind,
            scale_method=method,
            **values,
        )

    for method in METHODS:
        for given in ("pictures:Image", "masks:Mask"):
            kind = given.split(":")[0]
            if method == "lanczos" and kind == "masks":
                continue
            resize(
                f"{kind} to 7 by 6 by {method}, cut",
                given,
                method,
                "scale dimensions",
                width=7,
                height=6,
                crop="center",
            )
    for given in ("tall:Image", "mask:Mask"):
        kind = given.split(":")[0]
        resize(
            f"{kind} to 20 by 5, stretched",
            given,
            "bilinear",
            "scale dimensions",
            width=20,
            height=5,
            crop="disabled",
        )
        resize(
            f"{kind} to a width of 20", given, "bilinear", "scale dimensions", width=20, height=0, crop="center"
        )
        resize(
            f"{kind} to a height of 5", given, "bilinear", "scale dimensions", width=0, height=5, crop="disabled"
        )
        resize(f"{kind} to 0 by 0", given, "bilinear", "scale dimensions", width=0, height=0, crop="disabled")
        for multiplier in (0.05, 0.45, 1.0, 1.2):
            resize(f"{kind} times {multiplier}", given, "area", "scale by multiplier", multiplier=multiplier)
        for size in (3, 8, 15):
            resize(
                f"{kind} with a longer side of {size}",
                given,
                "bicubic",
                "scale longer dimension",
                longer_size=size,
            )
            resize(
                f"{kind} with a shorter side of {size}",
                given,
                "bicubic",
                "scale shorter dimension",
                shorter_size=size,
            )
            resize(f"{kind} with the width {size}", given, "area", "scale width", width=size)
            resize(f"{kind} with the height {size}", given, "area", "scale height", height=size)
        for multiple in (1, 2, 4, 5, 8, 11, 50):
            resize(f"{kind} to multiples of {multiple}", given, "bilinear", "scale to multiple", multiple=multiple)
        for match in ("square:Image", "small_mask:Mask", "tall_mask:Mask"):
            for crop in ("center", "disabled"):
                resize(
                    f"{kind} to the size of {match.split(':')[0]} with crop {crop}",
                    given,
                    "bilinear",
                    "match size",
                    match=match,
                    crop=crop,
                )
    resize("square with a longer side of 5", "square:Image", "area", "scale longer dimension", longer_size=5)
    resize(
        "square with a shorter side of 5",
        "square:Image",
        "nearest-exact",
        "scale shorter dimension",
        shorter_size=5,
    )
    resize("clear times 1.3", "clear:Image", "bicubic", "scale by multiplier", multiplier=1.3)
