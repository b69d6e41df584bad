#include "host/conformance/symbol_versions.hpp"

#include <charconv>

namespace ksampler::conformance {
namespace {

std::vector<unsigned> numbers_of(const std::string& version) {
  std::vector<unsigned> numbers;
  const char* end = version.data() + version.size();
  for (const char* at = version.data(); at < end; ++at) {
    unsigned number = 0;
    const auto [stop, error] = std::from_chars(at, end, number);
    if (error != std::errc{}) break;
    numbers.push_back(number);
    at = stop;
  }
  return numbers;
}

}  // namespace

std::string highest_version(const std::vector<std::string>& versions, const std::string& prefix) {
  std::string highest;
  for (const std::string& version : versions) {
    if (!version.starts_with(prefix + "_")) continue;
    const std::string number = version.substr(prefix.size() + 1);
    if (!numbers_of(number).empty() && (highest.empty() || is_above(number, highest))) highest = number;
  }
  return highest;
}

bool is_above(const std::string& a, const std::string& b) { return numbers_of(a) > numbers_of(b); }

}  // namespace ksampler::conformance
