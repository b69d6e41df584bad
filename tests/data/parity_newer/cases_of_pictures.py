"""Pictures: batches, colours, alpha. Latents that are cut, turned and put together."""

RESIZED = 5e-6  # weights of some pixels, summed in another order


def pictures(cases):
    _batches(cases)
    _colours(cases)
    _parts(cases)
    _latents(cases)


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
