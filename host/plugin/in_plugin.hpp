// Which plugin a thread is in, so that a plugin that ends the program does not do so without a word.
// Thread rule: any; a mark is its thread's own.
#ifndef KSAMPLER_PLUGIN_IN_PLUGIN_HPP
#define KSAMPLER_PLUGIN_IN_PLUGIN_HPP

#include <string>

namespace ksampler {

// While it lives, this thread runs code of the plugin `name`, which must outlive it. Empty: of none.
class InPlugin {
 public:
  explicit InPlugin(const std::string& name) noexcept;
  ~InPlugin();
  InPlugin(const InPlugin&) = delete;
  InPlugin& operator=(const InPlugin&) = delete;

 private:
  const char* before_;
};

// While it lives, this thread is back in the host, which the plugin called.
class InHost {
 public:
  InHost() noexcept;
  ~InHost();
  InHost(const InHost&) = delete;
  InHost& operator=(const InHost&) = delete;

 private:
  const char* before_;
};

// From now on, a plugin that crashes or calls exit() is named on standard error, with what helps. A
// crash goes on as it would have, so that core dumps and debuggers see it; an exit ends with code 1, as
// a run that was cut short is no success. Each part of the host that holds marks of its own (the
// program, the LibTorch half) calls it once; marks of a plugin's own threads there are none.
void name_plugins_that_end_the_program();

}  // namespace ksampler

#endif
