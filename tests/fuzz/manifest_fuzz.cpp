// Any text as a plugin.toml. What is accepted is written and read again, and must be the same.
#include "host/base/error.hpp"
#include "host/plugin/manifest.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ksampler;
  Manifest manifest;
  try {
    manifest =
        parse_manifest({reinterpret_cast<const char*>(data), size}, "/plugins/fuzzed/plugin.toml");
  } catch (const Error&) {
    return 0;
  }
  const std::string text = manifest_text(manifest.plugin, manifest.library.filename().string());
  const Manifest again = parse_manifest(text, "/plugins/fuzzed/plugin.toml");
  if (!differences(manifest.plugin, again.plugin).empty()) std::abort();
  return 0;
}
