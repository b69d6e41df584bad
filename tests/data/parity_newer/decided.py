"""Where this host differs from ComfyUI on purpose: a pattern of names, and why. docs/decisions.md says more."""

DECIDED = (
    (r"FeatherMask (of (4|40) at the (right|bottom)|at all sides|wider|of a box)", "ComfyUI counts from the right and the bottom by -0, which is the first line of the other side"),
    (r"ResizeImageMaskNode \w+ times 0\.05", "a picture with a side of no pixel is an error"),
    (r"JoinImageWithAlpha of (picture and masks|pictures and t|tall_clear and tall_mask|talls and masks)", "the fewer are repeated; ComfyUI leaves out what is more"),
    (r"ComfyMathExpression ('0x10|'a in|'a [&^] |'a <<|'~a|.int\('|.float\('|'1_000)", "bits, 'in', texts, and numbers that are not decimal are not read"),
    (r"ComfyMathExpression 'a\\n", "ComfyUI computes the first line alone"),
    (r"ComfyMathExpression 'a \*\* 30", "a whole number of more than 64 bits has no INT"),
    (r"LaplaceScheduler 1 ", "one level is no step, so that 0 follows it"),
    (r"BasicScheduler beta on lcm", "24.5 of 49 is rounded; in ComfyUI the last bit of the quantile decides"),
    (r".* on Cosmos' flow", "no UNet is such a flow"),
    (r"APG with momentum with cfg 1", "ComfyUI takes 0 for the negative prediction, which it does not ask for at cfg 1"),
    (r"(Mahiro|PerpNeg) of two", "each item is measured alone; ComfyUI measures the batch as a whole"),
)  # fmt: skip
