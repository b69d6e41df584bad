// A plugin's new files on their way to be used: settled, tested, loaded, compared with their manifest.
#ifndef KSAMPLER_PLUGIN_CANDIDATE_HPP
#define KSAMPLER_PLUGIN_CANDIDATE_HPP

#include "host/plugin/live_plugins.hpp"
#include "host/plugin/settled_file.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace ksampler {

// A plugin that is in use.
struct InUse {
  Manifest manifest;
  FileStamp stamp;  // of its library, when that was read
  std::uint64_t hash = 0;
  std::shared_ptr<const Library> library = nullptr;  // null where it could not be loaded
  std::string why_mapped = {};
  std::uint64_t number = 0;  // of its generation

  // It was added, and is of no folder: it stays.
  bool is_fixed() const { return manifest.file.empty(); }
};

// Whether manifest and library are those that are in use, as far as can be seen without reading.
bool looks_same(const InUse& plugin, const Manifest& manifest);

// Files that were refused, so that they are not tried again until they change.
struct Refused {
  std::optional<Manifest> manifest = std::nullopt;
  FileStamp stamp = {};
  std::string text = {};  // of a manifest that cannot be read

  static Refused now(const Manifest& manifest);
  bool is(const Manifest& other) const;
};

struct Admission {
  const Isolation& isolation;
  const LiveSettings& settings;
  const LogSink& log;
};

struct Admitted {
  InUse plugin;
  bool is_same = false;  // as `old`, byte by byte: nothing was tested or loaded
  std::chrono::steady_clock::time_point settled;
};

// What `old` (null: nothing) is to be replaced by. Throws Error that says what is wrong with it.
Admitted admit(const Manifest& found, const InUse* old, const Admission& admission);

// The same at the start, where nothing is in use that could be kept: without a test. Where it cannot be
// loaded, `library` is null.
InUse load_untested(const Manifest& manifest, const Admission& admission);

}  // namespace ksampler

#endif
