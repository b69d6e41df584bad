// The plugins of tests/fixtures/plugins, as built.
#ifndef KSAMPLER_TESTS_PLUGIN_FIXTURES_HPP
#define KSAMPLER_TESTS_PLUGIN_FIXTURES_HPP

#include <filesystem>
#include <string>

namespace ksampler::test {

inline const std::filesystem::path kFixtures = BINARY_DIR "/tests/fixtures/plugins";

inline std::filesystem::path good_plugin(const std::string& name) {
  return kFixtures / name / (name + ".so");
}
inline std::filesystem::path bad_plugin(const std::string& name) {
  return kFixtures / "bad" / (name + ".so");
}
inline std::filesystem::path broken_plugin(const std::string& name) {
  return kFixtures / "broken" / (name + ".so");
}

}  // namespace ksampler::test

#endif
