#include "host/base/sentence.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

namespace ksampler {

std::string formatted(std::string_view text, std::span<const SentenceValue> values) {
  fmt::dynamic_format_arg_store<fmt::format_context> store;
  for (const SentenceValue& each : values) {
    std::visit([&](const auto& value) { store.push_back(value); }, each.value());
  }
  return fmt::vformat(text, store);
}

}  // namespace ksampler
