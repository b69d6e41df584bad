// That a plugin loads, soon, and more than once.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/exercise.hpp"
#include "host/conformance/runs.hpp"
#include "host/conformance/settings.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/private_copy.hpp"
#include "host/plugin/read_file.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>

namespace ksampler::conformance {
namespace {

constexpr double kMostMilliseconds = 100;

// What the host says of a file, with the author's path in place of the copy's.
std::string about_file(std::string text, const Subject& subject) {
  const std::string copy = subject.copy.string() + ": ";
  for (auto at = text.find(copy); at != std::string::npos; at = text.find(copy))
    text.erase(at, copy.size());
  return text;
}

Result loads(const Subject& subject) {
  try {
    const auto library = Library::open(subject.copy);
    Result result =
        pass(sentence("{} {}: {} samplers, {} schedulers, {} guiders, {} noises",
                      library->description().name, library->description().version,
                      library->description().samplers.size(), library->description().schedulers.size(),
                      library->description().guiders.size(), library->description().noises.size()));
    for (const auto& sampler : library->description().samplers) result.samplers.push_back(sampler.id);
    for (const auto& scheduler : library->description().schedulers)
      result.schedulers.push_back(scheduler.id);
    for (const auto& guider : library->description().guiders) result.guiders.push_back(guider.id);
    for (const auto& noise : library->description().noises) result.noises.push_back(noise.id);
    if (!subject.set.empty()) require_settings(subject);
    return result;
  } catch (const std::exception& error) {
    return fail(about_file(error.what(), subject));
  }
}

Result init_twice(const Subject& subject) {
  const auto plugin = std::make_shared<const toy::Plugin>(subject.copy);
  const ks_plugin& entry = plugin->entry();
  if (entry.init == nullptr && entry.deinit == nullptr) return pass("has neither init nor deinit");
  for (int round = 0; round < 2; ++round) {
    const ks_status status = entry.init == nullptr ? KS_OK : entry.init(plugin->host());
    if (status != KS_OK) return fail("the second init failed: " + said(status, plugin->take_message()));
    if (entry.deinit != nullptr) entry.deinit();  // the first init still counts
    if (const std::string wrong = exercise(plugin); !wrong.empty()) {
      return fail("after two inits and one deinit, " + wrong);
    }
  }
  return pass();
}

// Scanning is what a host does of a plugin that it doesn't know: load, init, ask for descriptors.
double scan_milliseconds(const std::filesystem::path& copy) {
  const auto start = std::chrono::steady_clock::now();
  const toy::Plugin plugin(copy);
  const std::uint32_t samplers = plugin.samplers() == nullptr ? 0 : plugin.samplers()->count;
  for (std::uint32_t i = 0; i < samplers; ++i) plugin.samplers()->info(i);
  const std::uint32_t schedulers = plugin.schedulers() == nullptr ? 0 : plugin.schedulers()->count;
  for (std::uint32_t i = 0; i < schedulers; ++i) plugin.schedulers()->info(i);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// The best of five, as a busy machine makes any one slow; each of a copy, as a library loads once.
// Copies lie in the folder of the first, which is removed even where this process is killed.
Result scan_time(const Subject& subject) {
  double best = 1e9;
  const std::vector<std::byte> bytes = read_file(subject.copy);
  for (int round = 0; round < 5; ++round) {
    const PrivateCopy copy(subject.copy, bytes, subject.copy.parent_path());
    best = std::min(best, scan_milliseconds(copy.path()));
  }
  const std::string text = number(best) + " ms";
  return best < kMostMilliseconds ? pass(text) : fail(text + "; under 100 ms is wanted");
}

Result two_copies(const Subject& subject) {
  const PrivateCopy copy(subject.copy, read_file(subject.copy), subject.copy.parent_path());
  const auto first = std::make_shared<const toy::Plugin>(subject.copy);
  {
    const auto second = std::make_shared<const toy::Plugin>(copy.path());
    if (&first->entry() == &second->entry()) return fail("both copies have one ks_plugin_entry");
    for (const auto& plugin : {first, second}) {
      if (const std::string wrong = exercise(plugin); !wrong.empty())
        return fail("with both loaded, " + wrong);
    }
    if (first->samplers() != nullptr && first->samplers() == second->samplers()) {
      return fail("both copies have one factory: a symbol of one is bound to the other");
    }
  }
  const std::string wrong = exercise(first);
  return wrong.empty() ? pass() : fail("after the other copy is gone, " + wrong);
}

Result unloads(const Subject& subject) {
  exercise(std::make_shared<const toy::Plugin>(subject.copy, nullptr, /*unloads=*/true));
  void* left = ::dlopen(subject.copy.c_str(), RTLD_NOLOAD | RTLD_NOW);
  if (left == nullptr) return pass();
  return warn(
      "stays mapped after dlclose: a unique symbol, a thread_local with a destructor, or NODELETE");
}

}  // namespace

Checks load_checks() {
  return {
      {"loads", "load", Scope::plugin,
       "The host loads it: the ABI's version fits, init succeeds, and every descriptor follows the "
       "rules.",
       loads, true},
      {"init-twice", "load", Scope::whole,
       "init and deinit are counted: after two inits and one deinit everything still works.",
       init_twice},
      {"scan-time", "load", Scope::plugin,
       "Loading it and asking for its descriptors takes under 100 ms.", scan_time},
      {"two-copies", "load", Scope::whole,
       "Two copies of the library work at once, as they do in a hot swap, and share nothing.",
       two_copies},
      {"unloads", "load", Scope::whole,
       "Nothing keeps the library mapped once it is closed, though the host does not rely on that.",
       unloads},
  };
}

}  // namespace ksampler::conformance
