#include "host/model/file/single_layout.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

struct Part {
  int number = 0;
  std::string name;  // in diffusers' layout
  SingleName::Change change = SingleName::Change::none;
  TensorEntry entry;
};

[[noreturn]] void refuse_strided(const std::string& name) {
  throw Error(
      sentence("tensor '{}' is a view that is not row by row, and has to be cut or joined for "
               "the single-file layout; safetensors have none",
               name));
}

void change(Part& part) {
  TensorEntry& entry = part.entry;
  switch (part.change) {
    case SingleName::Change::none:
      return;
    case SingleName::Change::flat: {
      std::int64_t elements = 1;
      for (const std::int64_t size : entry.shape) elements *= size;
      if (!entry.strides.empty()) refuse_strided(part.name);
      entry.shape = {elements};
      return;
    }
    case SingleName::Change::convolution:
      if (entry.shape.size() != 2) return;  // as files before 2023 have it
      entry.shape.insert(entry.shape.end(), {1, 1});
      if (!entry.strides.empty()) entry.strides.insert(entry.strides.end(), {1, 1});
      return;
    case SingleName::Change::halves_swapped: {
      if (entry.shape.empty() || entry.shape[0] % 2 != 0) return;
      if (!entry.strides.empty()) refuse_strided(part.name);
      const TensorPiece whole = entry.pieces.at(0);
      const std::uint64_t middle = whole.begin + (whole.end - whole.begin) / 2;
      entry.pieces = {{whole.file, middle, whole.end}, {whole.file, whole.begin, middle}};
      return;
    }
  }
}

// Rows below rows.
TensorEntry joined(std::vector<Part> parts) {
  std::ranges::sort(parts, {}, &Part::number);
  TensorEntry whole = parts.front().entry;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const TensorEntry& next = parts[i].entry;
    const bool fits = !next.shape.empty() && next.shape.size() == whole.shape.size() &&
                      next.type_name == whole.type_name &&
                      std::equal(next.shape.begin() + 1, next.shape.end(), whole.shape.begin() + 1);
    if (!fits) {
      throw Error(
          sentence("tensors '{}' and '{}' are parts of one in the single-file layout, and are of "
                   "different types or widths",
                   parts.front().name, parts[i].name));
    }
    if (!whole.strides.empty() || !next.strides.empty()) refuse_strided(parts[i].name);
    whole.shape[0] += next.shape[0];
    whole.end += next.bytes();
    whole.pieces.insert(whole.pieces.end(), next.pieces.begin(), next.pieces.end());
  }
  return whole;
}

}  // namespace

TensorEntries in_single_layout(TensorEntries tensors) {
  const auto layout = diffusers_layout_of(tensors);
  if (!layout) return tensors;
  std::map<std::string, std::vector<Part>> parts;
  for (const auto& [name, entry] : tensors) {
    SingleName single = single_name(*layout, tensors, name);
    Part part = {.number = single.part, .name = name, .change = single.change, .entry = entry};
    change(part);
    parts[std::move(single.name)].push_back(std::move(part));
  }
  TensorEntries single;
  for (auto& [name, list] : parts) single.emplace(name, joined(std::move(list)));
  return single;
}

}  // namespace ksampler
