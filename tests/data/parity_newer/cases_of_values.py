"""Numbers and texts."""

EXPRESSIONS = (
    "a + b", "a - b * c", "a / b", "a // b", "-a // b", "a % b", "-a % b", "a ** 2", "2 ** -a", "(a + b) * c", "-a ** 2",
    "a if a > b else b", "a > b", "a == 7 and b == 2.5", "a < 0 or c", "not a", "a < b < c", "min(a, b, c)", "max(values)", "sum(values)",
    "sum(a, b)", "min(values) + max(a, b)", "abs(-a)", "round(b)", "round(a / 3, 2)", "round(3.5)", "round(-2.5)", "pow(a, 3)", "pow(a, 3, 5)", "pow(2, -1)",
    "sqrt(a)", "ceil(b)", "floor(-b)", "log(a)", "log(a, 3)", "log2(a)", "log10(a)", "sin(a) + cos(b) - tan(c)", "int(b)", "int(-b)", "float(a)",
    "round(a * b / 8) * 8", "1e3 * a", "0x10 + a", "7 // 2.5", "7 % -3", "7.5 % -2", "True + a", "a if c else 0", "1 / 3", "10 ** 15 + 1", "a and b", "a or b",
    "a != b", "a >= 7", "a <= 2", "+a", "2 ** 0.5", "round(b, 0)", "round(1234, -2)", "max(a, b) // 2 * 2", "a / 0", "sqrt(-1)", "a in values", "'x'", "a & 3", "a ^ 1",
    "a << 2", "~a", "  a  +  b  ", "a\n+ b", "int('12')", "float('2.5')", "1_000 + a", "b // 0.5", "a * c", "round(0.5) + round(1.5)", "int(1e18)", "a ** 30", "2 ** 62",
    "[a, b][1]", "len(values)", "log(0)", "a % 0", "1e400", "abs(c)", "sum(values) / 3 > 2",
)  # fmt: skip

RATIOS = ("1:1 (Square)", "3:2 (Photo)", "4:3 (Standard)", "16:9 (Widescreen)", "21:9 (Ultrawide)", "2:3 (Portrait Photo)", "3:4 (Portrait Standard)", "9:16 (Portrait Widescreen)")  # fmt: skip


def values(cases):
    for expression in EXPRESSIONS:
        nodes = {
            "it": {
                "type": "ComfyMathExpression",
                "expression": expression,
                "values.a": "$seven",
                "values.b": "$half_of_five",
                "values.c": "$yes",
            }
        }
        outputs = {out: {"what": "number", "link": f"$it.{out}"} for out in ("FLOAT", "INT", "BOOL")}
        cases.add(f"ComfyMathExpression {expression!r}", nodes, outputs, 0)
    for ratio in RATIOS:
        for megapixels, multiple, minimum in (
            (1.0, 8, 256),
            (0.1, 64, 512),
            (2.3, 12, 32),
            (16.0, 128, 4096),
            (0.5, 20, 704),
        ):
            cases.one(
                f"ResolutionSelector {ratio} of {megapixels} in {multiple} from {minimum}", "ResolutionSelector", "", 0,
                aspect_ratio=ratio, megapixels=megapixels, multiple=multiple, minimum=minimum, outputs={"width": "number", "height": "number"},
            )  # fmt: skip
    for name, a, b, between in (
        ("plain", "a cat", "on a mat", ", "),
        ("nothing between", "a", "b", ""),
        ("empty", "", "", "-"),
        ("lines", "a\n", " ü", "\n"),
        ("first empty", "", "b", "|"),
    ):
        cases.one(
            f"StringConcatenate {name}", "StringConcatenate", "text", 0, string_a=a, string_b=b, delimiter=between
        )
    for name, text, find, put in (
        ("plain", "a cat and a cat", "cat", "dog"), ("with nothing", "banana", "an", ""), ("overlapping", "aaaa", "aa", "b"), ("what is not there", "abc", "x", "y"),
        ("nothing to find", "äb", "", "-"), ("nothing at all", "", "", "x"), ("longer than the text", "ab", "abc", "x"), ("backslashes", "a.b", ".", "\\1"), ("case", "Cat cat", "cat", "dog"),
    ):  # fmt: skip
        cases.one(f"StringReplace {name}", "StringReplace", "text", 0, string=text, find=find, replace=put)
    for choice, index in (("red", 0), ("blue", 2), ("", 0)):
        cases.one(
            f"CustomCombo {choice!r} {index}",
            "CustomCombo",
            "",
            0,
            choice=choice,
            index=index,
            outputs={"STRING": "text", "INDEX": "number"},
        )
    for switch in (True, False):
        nodes = {
            "a": {"type": "PrimitiveString", "value": "yes"},
            "b": {"type": "PrimitiveString", "value": "no"},
            "it": {"type": "ComfySwitchNode", "switch": switch, "on_true": "$a", "on_false": "$b"},
        }
        cases.add(f"ComfySwitchNode of linked texts {switch}", nodes, {"o": {"what": "text", "link": "$it"}}, 0)
        cases.one(
            f"ComfySwitchNode of pictures {switch}",
            "ComfySwitchNode",
            "pixels",
            0,
            switch=switch,
            on_true="picture:Image",
            on_false="tall:Image",
        )
