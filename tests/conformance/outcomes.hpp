// Which checks of a report did not pass.
#ifndef KSAMPLER_TESTS_CONFORMANCE_OUTCOMES_HPP
#define KSAMPLER_TESTS_CONFORMANCE_OUTCOMES_HPP

#include "host/base/sanitized.hpp"
#include "host/conformance/validate.hpp"

#include <filesystem>
#include <set>
#include <string>

namespace ksampler::conformance {

using Names = std::set<std::string>;

inline Names names_with(const Report& report, Outcome outcome) {
  Names names;
  for (const Entry& entry : report.entries) {
    if (entry.outcome() == outcome) names.insert(entry.check->name);
  }
  return names;
}

inline std::string detail_of(const Report& report, const std::string& name) {
  for (const Entry& entry : report.entries) {
    if (entry.check->name == name) return entry.detail();
  }
  return "not asked";
}

inline std::filesystem::path fixture(const std::string& folder, const std::string& name) {
  return std::filesystem::path(BINARY_DIR) / "tests/fixtures/plugins" / folder / (name + ".so");
}

inline std::filesystem::path shipped(const std::string& name) {
  return std::filesystem::path(BINARY_DIR) / "plugins" / name / (name + ".so");
}

// A sanitizer reports a crash itself, and ends the process; it exports a symbol for each that is
// visible.
inline constexpr bool kSanitized = KSAMPLER_SANITIZES_ADDRESSES;

}  // namespace ksampler::conformance

#endif
