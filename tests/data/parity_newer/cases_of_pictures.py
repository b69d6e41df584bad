"""Pictures: sizes, batches, colours, alpha. Latents that are cut, turned and put together."""

METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
RESIZED = 5e-6  # weights of some pixels, summed in another order
# Lanczos rounds to 8 bits: Pillow's own sums decide which level, and one is 1/255.
LEVEL = 1.001 / 255


def tolerance_of(method):
    return LEVEL if method == "lanczos" else RESIZED


def pictures(cases):
    _sizes(cases)
    _resize_image_mask(cases)
    _batches(cases)
    _colours(cases)
    _parts(cases)
    _latents(cases)


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


def _batches(cases):
    one = cases.one
    pairs = (
        ("picture", "pictures"),
        ("picture", "talls"),
        ("talls", "picture"),
        ("clear", "picture"),
        ("picture", "tall_clear"),
    )
    for first, second in pairs:
        one(
            f"ImageBatch of {first} and {second}",
            "ImageBatch",
            "pixels",
            RESIZED,
            image1=f"{first}:Image",
            image2=f"{second}:Image",
        )
        one(
            f"BatchImagesNode of {first} and {second}",
            "BatchImagesNode",
            "pixels",
            RESIZED,
            images__image0=f"{first}:Image",
            images__image1=f"{second}:Image",
        )
    one(
        "BatchImagesNode of four",
        "BatchImagesNode",
        "pixels",
        RESIZED,
        images__image0="picture:Image",
        images__image1="tall_clear:Image",
        images__image2="square:Image",
        images__image3="pictures:Image",
    )
    for index, length in ((0, 1), (1, 2), (2, 5), (9, 1)):
        one(
            f"ImageFromBatch {length} from {index}",
            "ImageFromBatch",
            "pixels",
            image="pictures:Image",
            batch_index=index,
            length=length,
        )
    one("RepeatImageBatch of three", "RepeatImageBatch", "pixels", image="pictures:Image", amount=2)
    for picture in ("picture", "talls", "tall_clear"):
        one(
            f"GetImageSize of {picture}",
            "GetImageSize",
            "",
            image=f"{picture}:Image",
            outputs={"width": "number", "height": "number", "batch_size": "number"},
        )


def _colours(cases):
    one = cases.one
    for mode in ("normal", "multiply", "screen", "overlay", "soft_light", "difference"):
        for share in (0.0, 0.35, 1.0):
            one(
                f"ImageBlend {mode} of {share}",
                "ImageBlend",
                "pixels",
                image1="picture:Image",
                image2="other:Image",
                blend_factor=share,
                blend_mode=mode,
            )
        one(
            f"ImageBlend {mode} of another size",
            "ImageBlend",
            "pixels",
            RESIZED,
            image1="picture:Image",
            image2="tall:Image",
            blend_factor=0.6,
            blend_mode=mode,
        )
        if mode != "multiply":
            one(
                f"ImageBlend {mode} of values beyond 0 and 1",
                "ImageBlend",
                "pixels",
                image1="beyond:Image",
                image2="picture:Image",
                blend_factor=0.7,
                blend_mode=mode,
            )
        if mode in ("normal", "soft_light"):
            one(
                f"ImageBlend {mode} of two with alpha",
                "ImageBlend",
                "pixels",
                RESIZED,
                image1="tall_clear:Image",
                image2="clear:Image",
                blend_factor=0.5,
                blend_mode=mode,
            )
    one(
        "ImageBlend overlay of itself with halves",
        "ImageBlend",
        "pixels",
        image1="steps:Image",
        image2="steps:Image",
        blend_factor=1.0,
        blend_mode="overlay",
    )
    one(
        "ImageBlend soft_light of itself with quarters",
        "ImageBlend",
        "pixels",
        image1="steps:Image",
        image2="steps:Image",
        blend_factor=1.0,
        blend_mode="soft_light",
    )
    one(
        "ImageBlend of several with as many",
        "ImageBlend",
        "pixels",
        image1="pictures:Image",
        image2="pictures:Image",
        blend_factor=0.5,
        blend_mode="overlay",
    )
    one(
        "ImageBlend of one with several",
        "ImageBlend",
        "pixels",
        image1="picture:Image",
        image2="pictures:Image",
        blend_factor=0.5,
        blend_mode="screen",
    )
    one(
        "ImageBlend of a picture with one with alpha",
        "ImageBlend",
        "pixels",
        image1="picture:Image",
        image2="clear:Image",
        blend_factor=0.5,
        blend_mode="multiply",
    )
    for picture in ("picture", "pictures", "clear", "beyond"):
        one(f"ImageInvert of {picture}", "ImageInvert", "pixels", image=f"{picture}:Image")
    for color, w, h, count in ((0, 4, 3, 1), (0xFF8000, 3, 5, 2), (0xFFFFFF, 1, 1, 3), (0x010203, 2, 2, 1)):
        one(f"EmptyImage of {color}", "EmptyImage", "pixels", width=w, height=h, batch_size=count, color=color)
    for image in ("picture", "clear", "tall_clear", "pictures"):
        one(
            f"SplitImageWithAlpha of {image}",
            "SplitImageWithAlpha",
            "",
            image=f"{image}:Image",
            outputs={"image": "pixels", "mask": "mask"},
        )
    for image, alpha in (
        ("picture", "mask"),
        ("picture", "masks"),
        ("pictures", "tall_mask"),
        ("pictures", "two_masks"),
        ("tall_clear", "tall_mask"),
        ("talls", "masks"),
    ):
        one(
            f"JoinImageWithAlpha of {image} and {alpha}",
            "JoinImageWithAlpha",
            "pixels",
            RESIZED,
            image=f"{image}:Image",
            alpha=f"{alpha}:Mask",
        )


def _parts(cases):
    one = cases.one
    for name, w, h, x, y in (
        ("inside", 5, 4, 3, 2),
        ("beyond the right", 9, 9, 10, 0),
        ("beyond both", 4, 4, 50, 60),
        ("larger", 99, 99, 0, 0),
        ("at the corner", 3, 3, 12, 8),
    ):
        one(f"ImageCrop {name}", "ImageCrop", "pixels", image="pictures:Image", width=w, height=h, x=x, y=y)
    one(
        "ImageCrop of a picture with alpha",
        "ImageCrop",
        "pixels",
        image="clear:Image",
        width=5,
        height=5,
        x=1,
        y=1,
    )
    for method in ("x-axis: vertically", "y-axis: horizontally"):
        for picture in ("talls", "tall_clear"):
            one(
                f"ImageFlip of {picture} about the {method[0]}-axis",
                "ImageFlip",
                "pixels",
                image=f"{picture}:Image",
                flip_method=method,
            )
    for turn in ("none", "90 degrees", "180 degrees", "270 degrees"):
        for picture in ("picture", "tall_clear"):
            one(
                f"ImageRotate of {picture} by {turn}",
                "ImageRotate",
                "pixels",
                image=f"{picture}:Image",
                rotation=turn,
            )
    sides = (("at all sides", 2, 3, 4, 1), ("at the left", 5, 0, 0, 0), ("at the bottom right", 0, 0, 3, 4))
    for name, left, top, right, bottom in sides:
        for feathering in (0, 2, 3, 40):
            for picture in ("picture", "clear") if feathering == 3 else ("picture",):
                one(
                    f"ImagePadForOutpaint of {picture} {name} with feathering {feathering}", "ImagePadForOutpaint", "",
                    image=f"{picture}:Image", left=left, top=top, right=right, bottom=bottom, feathering=feathering, outputs={"image": "pixels", "mask": "mask"},
                )  # fmt: skip
    # (Of several there is one mask in ComfyUI, and here; the packaging that was run gives one for each.)
    one(
        "ImagePadForOutpaint of several",
        "ImagePadForOutpaint",
        "",
        image="talls:Image",
        left=1,
        top=0,
        right=0,
        bottom=2,
        feathering=2,
        outputs={"image": "pixels"},
    )
    layers = (
        ("inside", "picture", "square", 2, 1, False, None),
        ("cut off", "picture", "talls", 9, 3, False, None),
        ("wholly outside", "picture", "tall", 13, 9, False, None),
        ("of several onto one", "picture", "talls", 1, 0, False, "mask"),
        ("of one onto several", "pictures", "tall", 3, 2, False, "tall_mask"),
        ("of two onto three", "pictures", "talls", 0, 0, False, "two_masks"),
        ("resized", "pictures", "tall", 0, 0, True, "mask"),
        ("resized and moved", "picture", "square", 4, 4, True, "small_mask"),
        ("with masks of another size", "pictures", "square", 1, 1, False, "masks"),
        ("with a mask that is hard", "picture", "pictures", 0, 0, False, "hard_mask"),
        ("of alpha onto alpha", "clear", "tall_clear", 2, 2, False, "mask"),
        ("of alpha onto none", "picture", "tall_clear", 2, 2, False, "mask"),
        ("of none onto alpha", "clear", "square", 2, 2, False, None),
        ("of one pixel", "picture", "pixel", 12, 8, False, None),
    )
    for name, destination, source, x, y, resize, mask in layers:
        masked = {"mask": f"{mask}:Mask"} if mask else {}
        one(
            f"ImageCompositeMasked {name}",
            "ImageCompositeMasked",
            "pixels",
            RESIZED,
            destination=f"{destination}:Image",
            source=f"{source}:Image",
            x=x,
            y=y,
            resize_source=resize,
            **masked,
        )


def _latents(cases):
    one = cases.one
    for name, w, h, x, y in (
        ("inside", 64, 64, 8, 16),
        ("beyond the end", 64, 72, 88, 120),
        ("larger", 512, 512, 0, 0),
        ("at the corner", 64, 64, 0, 8),
    ):
        one(f"LatentCrop {name}", "LatentCrop", "latent", samples="latents:Latent", width=w, height=h, x=x, y=y)
    for method in ("x-axis: vertically", "y-axis: horizontally"):
        one(
            f"LatentFlip about the {method[0]}-axis",
            "LatentFlip",
            "latent",
            samples="latents:Latent",
            flip_method=method,
        )
    for turn in ("none", "90 degrees", "180 degrees", "270 degrees"):
        one(f"LatentRotate by {turn}", "LatentRotate", "latent", samples="latents:Latent", rotation=turn)
    full = "latent with mask and batch_index"
    for first, second in (("latent", "latents"), ("latents", "wide_latents"), ("wide_latents", "latent")):
        one(
            f"LatentBatch of {first} and {second}",
            "LatentBatch",
            full,
            RESIZED,
            samples1=f"{first}:Latent",
            samples2=f"{second}:Latent",
        )
        one(
            f"BatchLatentsNode of {first} and {second}",
            "BatchLatentsNode",
            full,
            RESIZED,
            latents__latent0=f"{first}:Latent",
            latents__latent1=f"{second}:Latent",
        )
    indexed = {
        "a": {"type": "GivenLatent", "samples": "latents", "batch_index": "index_3", "noise_mask": "latent_mask"},
        "b": {"type": "GivenLatent", "samples": "wide_latents", "batch_index": "index_2"},
    }
    cases.add(
        "LatentBatch of items of other batches",
        {**indexed, "it": {"type": "LatentBatch", "samples1": "$a", "samples2": "$b"}},
        {"o": {"what": full, "link": "$it"}},
        RESIZED,
    )
    cases.add(
        "LatentBatch with a mask on the second",
        {**indexed, "it": {"type": "LatentBatch", "samples1": "$b", "samples2": "$a"}},
        {"o": {"what": full, "link": "$it"}},
        RESIZED,
    )
    cases.add(
        "BatchLatentsNode of items of other batches",
        {**indexed, "it": {"type": "BatchLatentsNode", "latents.latent0": "$a", "latents.latent1": "$b"}},
        {"o": {"what": full, "link": "$it"}},
        RESIZED,
    )
    for w, h, count in ((32, 16, 2), (48, 64, 1)):
        one(
            f"EmptySD3LatentImage of {w} by {h}",
            "EmptySD3LatentImage",
            "latent",
            width=w,
            height=h,
            batch_size=count,
        )
