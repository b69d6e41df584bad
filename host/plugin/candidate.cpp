#include "host/plugin/candidate.hpp"

#include "host/base/sentence.hpp"
#include "host/plugin/private_copy.hpp"
#include "host/plugin/read_file.hpp"
#include "host/plugin/self_test.hpp"
#include "host/plugin/unmapping.hpp"

#include <thread>
#include <utility>

namespace ksampler {
namespace {

using Clock = std::chrono::steady_clock;

// Files that do not fit together. A build that is still writing leaves such.
struct Unfinished {
  Error error;
};

template <typename Call>
void or_unfinished(Call&& call) {
  try {
    call();
  } catch (Error& error) {
    throw Unfinished{std::move(error)};
  }
}

bool same_manifest(const Manifest& a, const Manifest& b) {
  return a.file == b.file && a.library == b.library && a.isolated == b.isolated && a.plugin == b.plugin;
}

FileStamp stamp_or_none(const std::filesystem::path& file) {
  return stamp_of(file).value_or(FileStamp{});
}

// Loads what was read into this process, or for processes of its own.
std::shared_ptr<const Library> load(const Manifest& manifest, const std::filesystem::path& copy,
                                    bool unmaps, const Admission& admission) {
  auto library = Library::open_copy(copy, manifest.library, admission.log, unmaps);
  or_unfinished([&] { require_true(manifest, library->description()); });
  return library;
}

InUse load_tested(const Manifest& manifest, const SettledFile& file, const Admission& admission) {
  or_unfinished([&] { ElfFile(manifest.library.string(), file.bytes); });
  const PrivateCopy copy(manifest.library, file.bytes);
  const bool isolated = runs_isolated(admission.isolation, manifest);
  SelfTestPassed passed = run_self_test({.program = admission.isolation.settings.program,
                                         .copy = copy.path(),
                                         .file = manifest.library,
                                         .limit = admission.settings.self_test_limit,
                                         .sandboxed = isolated});
  InUse plugin{.manifest = manifest, .stamp = file.stamp, .hash = file.hash};
  if (isolated) {
    if (passed.manifest != manifest_text(manifest.plugin, "")) {
      throw Unfinished{
          Error(Place{manifest.file.string()},
                sentence("does not describe {}; write it anew with `ksampler describe {} --out {}`",
                         manifest.library, manifest.library, manifest.file))};
    }
    plugin.library =
        isolated_library(manifest, admission.isolation.settings, admission.log, file.bytes);
  } else {
    plugin.why_mapped = std::move(passed.why_mapped);
    plugin.library = load(manifest, copy.path(), plugin.why_mapped.empty(), admission);
  }
  return plugin;
}

// Until one of the two files changes; false where neither does in time.
bool changes(const Manifest& manifest, const FileStamp& manifest_stamp, const FileStamp& library_stamp,
             Clock::time_point end) {
  while (Clock::now() < end) {
    if (stamp_or_none(manifest.file) != manifest_stamp ||
        stamp_or_none(manifest.library) != library_stamp) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace

bool looks_same(const InUse& plugin, const Manifest& manifest) {
  return same_manifest(plugin.manifest, manifest) && plugin.stamp == stamp_or_none(manifest.library);
}

Refused Refused::now(const Manifest& manifest) {
  return {.manifest = manifest, .stamp = stamp_or_none(manifest.library)};
}

bool Refused::is(const Manifest& other) const {
  return manifest && same_manifest(*manifest, other) && stamp == stamp_or_none(other.library);
}

Admitted admit(const Manifest& found, const InUse* old, const Admission& admission) {
  const LiveSettings& settings = admission.settings;
  const auto end = Clock::now() + settings.patience;
  while (true) {
    const FileStamp manifest_stamp = stamp_or_none(found.file);
    const FileStamp library_stamp = stamp_or_none(found.library);
    try {
      const SettledFile file = read_settled(found.library, settings.quiet, settings.patience);
      const Clock::time_point settled = Clock::now();
      Manifest manifest = found;
      or_unfinished([&] { manifest = read_manifest(found.file); });  // it may be newer by now
      if (manifest.plugin.name != found.plugin.name || manifest.library != found.library) {
        throw Error(Place{found.file.string()}, "changed while it was looked at");
      }
      if (old != nullptr && old->hash == file.hash && old->library != nullptr &&
          same_manifest(old->manifest, manifest)) {
        InUse same = *old;
        same.stamp = file.stamp;
        return {std::move(same), true, settled};
      }
      return {load_tested(manifest, file, admission), false, settled};
    } catch (const Unfinished& unfinished) {
      if (!changes(found, manifest_stamp, library_stamp, end)) throw unfinished.error;
    }
  }
}

InUse load_untested(const Manifest& manifest, const Admission& admission) {
  InUse plugin{.manifest = manifest, .stamp = stamp_or_none(manifest.library)};
  try {
    const std::vector<std::byte> bytes = read_file(manifest.library);
    plugin.hash = hash_of(bytes);
    if (runs_isolated(admission.isolation, manifest)) {
      plugin.library = isolated_library(manifest, admission.isolation.settings, admission.log, bytes);
      return plugin;
    }
    plugin.why_mapped = why_mapped(ElfFile(manifest.library.string(), bytes));
    const PrivateCopy copy(manifest.library, bytes);
    plugin.library = load(manifest, copy.path(), plugin.why_mapped.empty(), admission);
  } catch (const Error&) {  // said where it is used
  } catch (const Unfinished&) {
  }
  return plugin;
}

}  // namespace ksampler
