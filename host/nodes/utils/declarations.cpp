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

}  // namespace

std::vector<NodeDecl> utils_declarations() {
  using namespace declare;
  return {
      {
          .type = "ComfySwitchNode",
          .category = "utils",
          .summary = "Passes on one of two values. Both are computed, whichever is taken.",
          .inputs =
              {
                  defaulting(false, boolean("switch", "Whether 'on_true' is passed on.")),
                  link("on_false", kAnyType, "What is passed on where the switch is false."),
                  link("on_true", kAnyType, "What is passed on where it is true: of the same type."),
              },
          .outputs =
              {
                  {"output", kAnyType, "The one of them."},
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
