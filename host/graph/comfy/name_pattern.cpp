#include "host/graph/comfy/name_pattern.hpp"

namespace ksampler {
namespace {

constexpr std::size_t kLongestPattern = 64;
constexpr std::size_t kLongestMatched = 64;

// All ways at once, and not one after another: "(a|a)*b" has 2^60 of them through 60 letters.
constexpr auto kSyntax = std::regex::ECMAScript | std::regex_constants::__polynomial;

}  // namespace

NamePattern::NamePattern(const std::string& pattern) : any_(pattern.empty() || pattern == ".*") {
  if (any_ || pattern.size() > kLongestPattern) return;
  // "a{999}{99}" is a hundred thousand states; what is looked ahead for is looked for anew at each
  // letter.
  for (const char* part : {"{", "(?=", "(?!"}) {
    if (pattern.find(part) != std::string::npos) return;
  }
  try {
    regex_.emplace(pattern, kSyntax);
  } catch (const std::regex_error&) {  // it fits nothing
  }
}

bool NamePattern::fits(const std::string& name) const {
  return any_ || (regex_ && name.size() <= kLongestMatched && std::regex_search(name, *regex_));
}

}  // namespace ksampler
