#include "host/files/torch/pickle_value.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <iterator>
#include <utility>

namespace ksampler {

PickleValue* PickleHeap::make(PickleValue value) {
  charge(1);
  return &values_.emplace_back(std::move(value));
}

void PickleHeap::charge(std::size_t items) {
  if (items > left_) throw Error("holds more values than any model file: half a million are accepted");
  left_ -= items;
}

std::string described(const PickleValue& value) {
  // In the order of PickleValue::Kind; the last is described by its name.
  constexpr const char* kKinds[] = {"None",         "a boolean", "a whole number", "a number",
                                    "a text",       "bytes",     "a list",         "a tuple",
                                    "a dictionary", "a name",    "a storage",      "a tensor"};
  static_assert(std::size(kKinds) == static_cast<std::size_t>(PickleValue::Kind::opaque));
  if (value.kind == PickleValue::Kind::integer) return sentence("the number {}", value.integer);
  if (value.kind == PickleValue::Kind::opaque || value.kind == PickleValue::Kind::name)
    return quote(value.text);
  return kKinds[static_cast<std::size_t>(value.kind)];
}

}  // namespace ksampler
