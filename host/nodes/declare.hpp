// Short ways to declare inputs, so that a node's declaration reads as a table.
#ifndef KSAMPLER_NODES_DECLARE_HPP
#define KSAMPLER_NODES_DECLARE_HPP

#include "host/base/conventions.hpp"
#include "host/graph/declaration.hpp"

#include <string>
#include <utility>
#include <vector>

namespace ksampler::declare {

struct Range {
  double minimum;
  double maximum;
};

// A side of a picture, and pixels of one: as ComfyUI, for which none is larger.
inline constexpr Range kSide = {1, 16384};
inline constexpr Range kPixels = {0, 16384};

// An input without a default: it must be given.
inline InputDecl input(std::string name, InputKind kind, std::string summary) {
  InputDecl decl;
  decl.name = std::move(name);
  decl.kind = kind;
  decl.summary = std::move(summary);
  return decl;
}

inline InputDecl defaulting(Literal value, InputDecl decl) {
  decl.default_value = std::move(value);
  return decl;
}

inline InputDecl within(Range range, InputDecl decl) {
  decl.minimum = range.minimum;
  decl.maximum = range.maximum;
  return decl;
}

inline InputDecl link(std::string name, std::string type, std::string summary) {
  InputDecl decl = input(std::move(name), InputKind::link, std::move(summary));
  decl.type = std::move(type);
  return decl;
}

inline InputDecl integer(std::string name, Range range, std::string summary) {
  return within(range, input(std::move(name), InputKind::integer, std::move(summary)));
}
inline InputDecl integer(std::string name, Range range, std::int64_t value, std::string summary) {
  return defaulting(value, integer(std::move(name), range, std::move(summary)));
}

inline InputDecl number(std::string name, Range range, std::string summary) {
  return within(range, input(std::move(name), InputKind::number, std::move(summary)));
}
inline InputDecl number(std::string name, Range range, double value, std::string summary) {
  return defaulting(value, number(std::move(name), range, std::move(summary)));
}

inline InputDecl seed(std::string name, std::string summary) {
  return defaulting(std::uint64_t{0}, input(std::move(name), InputKind::seed, std::move(summary)));
}

inline InputDecl boolean(std::string name, std::string summary) {
  return input(std::move(name), InputKind::boolean, std::move(summary));
}

inline InputDecl text(std::string name, std::string summary) {
  return input(std::move(name), InputKind::text, std::move(summary));
}
inline InputDecl text(std::string name, std::string value, std::string summary) {
  return defaulting(std::move(value), text(std::move(name), std::move(summary)));
}

inline InputDecl file(std::string name, std::string summary) {
  return input(std::move(name), InputKind::file, std::move(summary));
}
inline InputDecl file(std::string name, FileKind kind, std::string summary) {
  InputDecl decl = file(std::move(name), std::move(summary));
  decl.file_kind = kind;
  return decl;
}

inline InputDecl choice(std::string name, std::vector<std::string> choices, std::string summary) {
  InputDecl decl = input(std::move(name), InputKind::choice, std::move(summary));
  decl.choices = std::move(choices);
  return decl;
}
inline InputDecl choice(std::string name, std::vector<std::string> choices, std::string value,
                        std::string summary) {
  return defaulting(std::move(value), choice(std::move(name), std::move(choices), std::move(summary)));
}

// `length` 0: any number of them.
inline InputDecl integers(std::string name, Range range, int length, std::string summary) {
  InputDecl decl = within(range, input(std::move(name), InputKind::integers, std::move(summary)));
  decl.length = length;
  return decl;
}

inline InputDecl numbers(std::string name, Range range, std::string summary) {
  return within(range, input(std::move(name), InputKind::numbers, std::move(summary)));
}

inline InputDecl also_as_text(InputDecl decl) {
  decl.as_text = true;
  return decl;
}

inline InputDecl sampler(std::string name, std::string summary) {
  return input(std::move(name), InputKind::sampler, std::move(summary));
}

inline InputDecl scheduler(std::string name, std::string summary) {
  return input(std::move(name), InputKind::scheduler, std::move(summary));
}

inline InputDecl guider(std::string name, std::string summary) {
  return input(std::move(name), InputKind::guider, std::move(summary));
}

inline InputDecl noise(std::string name, std::string summary) {
  return input(std::move(name), InputKind::noise, std::move(summary));
}

inline InputDecl optional(InputDecl decl) {
  decl.optional = true;
  return decl;
}

// Of one that has a default and that ComfyUI does not require, or does not have.
inline InputDecl omissible(InputDecl decl) {
  decl.omissible = true;
  return decl;
}

// A node that ComfyUI does not have: whoever writes one by hand need not give what has a default.
inline NodeDecl own(NodeDecl decl) {
  for (InputDecl& input : decl.inputs) {
    input.omissible = !std::holds_alternative<std::monostate>(input.default_value);
  }
  return decl;
}

inline InputDecl multiple_of(double factor, InputDecl decl) {
  decl.multiple_of = factor;
  return decl;
}

// Of what ComfyUI's editor shows where a choice is one of `values`; a pipeline may always give it.
inline InputDecl shown_for(std::string choice, std::vector<std::string> values, InputDecl decl) {
  decl.depends_on = std::move(choice);
  decl.shown_for = std::move(values);
  return decl;
}

// A link that is computed only where the boolean input `condition` is `value`.
inline InputDecl only_with(std::string condition, bool value, InputDecl decl) {
  decl.only_with = std::move(condition);
  decl.only_with_value = value;
  return decl;
}

// Of a file: where ComfyUI keeps those of its kind, besides the pipeline's own folder.
inline InputDecl in_folders(std::vector<std::string> folders, InputDecl decl) {
  decl.folders = std::move(folders);
  return decl;
}

// Of pixels, where a latent is meant.
inline InputDecl whole_cells(InputDecl decl) {
  return multiple_of(static_cast<double>(kCellPixels), std::move(decl));
}

}  // namespace ksampler::declare

#endif
