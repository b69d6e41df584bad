#include "host/files/json_text.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <nlohmann/json.hpp>

namespace ksampler {
namespace {

constexpr std::size_t kLongestReason = 200;

// How many levels of lists and objects `text` opens, at most.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0;
  std::size_t most = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (in_string) {
      continue;
    } else if (c == '[' || c == '{') {
      most = std::max(most, ++depth);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return most;
}

template <typename Json>
Json parsed(std::string_view text) {
  if (depth_of(text) > kDeepestJson) {
    throw Error(sentence("JSON that is nested deeper than {} levels, which nothing here needs to be",
                         kDeepestJson));
  }
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw Error("no JSON: " + printable(error.what(), kLongestReason));
  }
}

}  // namespace

nlohmann::json parse_json(std::string_view text) { return parsed<nlohmann::json>(text); }

nlohmann::ordered_json parse_ordered_json(std::string_view text) {
  return parsed<nlohmann::ordered_json>(text);
}

nlohmann::json json_or_nothing(std::string_view text) {
  if (depth_of(text) > kDeepestJson) return nlohmann::json::value_t::discarded;
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace ksampler
