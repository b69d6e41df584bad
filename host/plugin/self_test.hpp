// Tries a new library in a child process before this one loads it: a crash, an exit or a hang there is
// a sentence here.
#ifndef KSAMPLER_PLUGIN_SELF_TEST_HPP
#define KSAMPLER_PLUGIN_SELF_TEST_HPP

#include <chrono>
#include <filesystem>
#include <string>

namespace ksampler {

struct SelfTestRequest {
  std::filesystem::path program;  // ksampler-isolate
  std::filesystem::path copy;     // a private copy of `file`
  std::filesystem::path file;
  std::chrono::milliseconds limit;
  bool sandboxed = false;  // as isolated plugins are
};

struct SelfTestPassed {
  std::string why_mapped;  // why its code should stay mapped once loaded, or nothing: unmapping.hpp
  std::string manifest;    // the text of a manifest that describes it
};

// Loads the library in the child, and lets each sampler and scheduler do a short run on a toy model.
// Throws Error with what went wrong.
SelfTestPassed run_self_test(const SelfTestRequest& request);

}  // namespace ksampler

#endif
