#include "host/nodes/declarations.hpp"

#include "host/graph/linked_value.hpp"
#include "host/nodes/declare.hpp"

namespace ksampler {
namespace {

InputDecl counting(InputDecl decl) {
  decl.controlled = true;
  return decl;
}

// A node that gives what is written in it.
NodeDecl primitive(const std::string& type, const std::string& summary, InputDecl value,
                   const OutputDecl& output) {
  return {.type = type,
          .category = "utils",
          .summary = summary,
          .inputs = {std::move(value)},
          .outputs = {output}};
}

// values.a to values.z, which ComfyUI's editor adds as they are linked.
std::vector<InputDecl> expression_inputs() {
  std::vector<InputDecl> inputs = {declare::text("expression", "a + b",
                                                 "Numbers, a to z, + - * / // % **, comparisons, "
                                                 "'and', 'or', 'not', 'x if c else y', sum, min, max, "
                                                 "abs, round, pow, sqrt, ceil, floor, log, log2, "
                                                 "log10, sin, cos, tan, int and float; sum, min and "
                                                 "max take 'values', which are all of a to z.")};
  for (char name = 'a'; name <= 'z'; ++name) {
    inputs.push_back(declare::optional(
        declare::link(std::string("values.") + name, kAnyType,
                      name == 'a' ? "An INT, FLOAT or BOOLEAN, 'a' in the expression." : "Likewise.")));
  }
  return inputs;
}

}  // namespace

std::vector<NodeDecl> utils_declarations() {
  using namespace declare;
  return {
      {
          .type = "ComfyMathExpression",
          .category = "utils",
          .summary = "Computes an expression, as Python writes it, of numbers that are linked.",
          .inputs = expression_inputs(),
          .outputs =
              {
                  {"FLOAT", kFloat, "The result."},
                  {"INT", kInt, "The result without what is behind the point."},
                  {"BOOL", kBoolean, "Whether it is not 0."},
              },
      },
      {
          .type = "ComfySwitchNode",
          .category = "utils",
          .summary = "Passes on one of two values. The other is not computed.",
          .inputs =
              {
                  defaulting(false, boolean("switch", "Whether 'on_true' is passed on.")),
                  only_with("switch", false,
                            link("on_false", kAnyType, "What is passed on where the switch is false.")),
                  only_with("switch", true,
                            link("on_true", kAnyType,
                                 "What is passed on where it is true: of the same type.")),
              },
          .outputs =
              {
                  {"output", kAnyType, "The one of them."},
              },
      },
      {
          .type = "CustomCombo",
          .category = "utils",
          .summary = "A choice of texts that were written into the node.",
          .inputs =
              {
                  text("choice", "", "The text that is chosen."),
                  omissible(integer("index", {0, 9007199254740992.0}, 0,
                                    "Which of the texts it is, from 0.")),
              },
          .outputs =
              {
                  {"STRING", kString, "The text."},
                  {"INDEX", kInt, "Which it is."},
              },
      },
      {
          .type = "GetNode",
          .category = "utils",
          .summary = "Gives the value that a SetNode named.",
          .inputs =
              {
                  input("name", InputKind::named_value, "What a SetNode calls it."),
              },
          .outputs =
              {
                  {"value", kAnyType, "That value."},
              },
      },
      {
          .type = "PreviewAny",
          .category = "utils",
          .summary = "Writes a value as text to preview/ in the output folder.",
          .inputs =
              {
                  link("source", kAnyType,
                       "Any output. Of what is no number and no text, it says what it is."),
              },
          .outputs =
              {
                  {"string", kString, "The text."},
              },
          .is_output = true,
      },
      primitive("PrimitiveBoolean", "A choice of true and false.",
                defaulting(false, boolean("value", "The choice.")),
                {"boolean", kBoolean, "The choice."}),
      primitive("PrimitiveFloat", "A number.",
                defaulting(0.0, input("value", InputKind::number, "The number.")),
                {"float", kFloat, "The number."}),
      primitive(
          "PrimitiveInt", "A whole number.",
          counting(defaulting(std::int64_t{0}, input("value", InputKind::integer, "The number."))),
          {"int", kInt, "The number."}),
      primitive("PrimitiveString", "A text.", text("value", "", "The text."),
                {"string", kString, "The text."}),
      primitive("PrimitiveStringMultiline", "A text of several lines.", text("value", "", "The text."),
                {"string", kString, "The text."}),
      {
          .type = "Reroute",
          .category = "utils",
          .summary = "Passes on what it is given: a knot in a long link.",
          .inputs =
              {
                  link("value", kAnyType, "Any output."),
              },
          .outputs =
              {
                  {"value", kAnyType, "The same."},
              },
      },
      {
          .type = "ResolutionSelector",
          .category = "utils",
          .summary = "The sides of a picture, of a ratio and a number of pixels.",
          .inputs =
              {
                  choice("aspect_ratio",
                         {"1:1 (Square)", "3:2 (Photo)", "4:3 (Standard)", "16:9 (Widescreen)",
                          "21:9 (Ultrawide)", "2:3 (Portrait Photo)", "3:4 (Portrait Standard)",
                          "9:16 (Portrait Widescreen)"},
                         "1:1 (Square)", "Width to height."),
                  number("megapixels", {0.1, 16}, 1.0, "How many pixels, of 1024 x 1024 each."),
                  multiple_of(4, integer("multiple", {8, 128}, 8, "Of what each side is a multiple.")),
                  omissible(
                      multiple_of(32, integer("minimum", {32, 4096}, 256,
                                              "What neither side is less than, whatever the pixels."))),
              },
          .outputs =
              {
                  {"width", kInt, "In pixels."},
                  {"height", kInt, "In pixels."},
              },
      },
      {
          .type = "SetNode",
          .category = "utils",
          .summary = "Gives a value a name, by which GetNode finds it.",
          .inputs =
              {
                  link("value", kAnyType, "Any output."),
                  input("name", InputKind::value_name, "What to call it."),
              },
          .outputs =
              {
                  {"value", kAnyType, "The same."},
              },
      },
      {
          .type = "StringConcatenate",
          .category = "utils",
          .summary = "Puts one text behind another.",
          .inputs =
              {
                  text("string_a", "", "The first."),
                  text("string_b", "", "The second."),
                  text("delimiter", "", "What stands between them."),
              },
          .outputs =
              {
                  {"string", kString, "Both."},
              },
      },
      {
          .type = "StringReplace",
          .category = "utils",
          .summary = "Replaces a part of a text wherever it stands.",
          .inputs =
              {
                  text("string", "", "The text."),
                  text("find", "",
                       "What to replace; empty: each place before, between and behind characters."),
                  text("replace", "", "What to put there."),
              },
          .outputs =
              {
                  {"string", kString, "The text as it is then."},
              },
      },
  };
}

}  // namespace ksampler
