#include "host/embed/isolated.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/embed/failures.hpp"
#include "host/embed/programs.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace ksampler::embed {

std::vector<std::string> names_in(const char* const* names, std::uint32_t count, const char* what) {
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (names == nullptr || names[i] == nullptr) throw BadArgument(sentence("{} has no name", what));
    all.emplace_back(names[i]);
  }
  return all;
}

Isolation isolation_of(const std::vector<std::string>& isolated, const char* program) {
  Isolation isolation;
  isolation.wanted = [names = std::set(isolated.begin(), isolated.end())](const Manifest& manifest) {
    return names.contains("*") || names.contains(manifest.plugin.name);
  };
  isolation.settings.program = program != nullptr ? program : find_isolating_program();
  return isolation;
}

void check_isolated(const std::vector<std::string>& isolated, const Registry& registry) {
  std::vector<std::string> names;
  for (const Manifest& manifest : registry.plugins()) names.push_back(manifest.plugin.name);
  for (const std::string& name : isolated) {
    if (name == "*" || std::ranges::find(names, name) != names.end()) continue;
    throw BadArgument(
        sentence("there is no plugin {} to be isolated{}", quote(name), suggestion(name, names)));
  }
}

}  // namespace ksampler::embed
