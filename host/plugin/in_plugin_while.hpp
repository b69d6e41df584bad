// When else than in a run a thread is in a plugin: while its library is loaded, say.
#ifndef KSAMPLER_PLUGIN_IN_PLUGIN_WHILE_HPP
#define KSAMPLER_PLUGIN_IN_PLUGIN_WHILE_HPP

#include "host/plugin/in_plugin.hpp"

namespace ksampler {

// As InPlugin; `when` ends the sentence that says what the plugin did, such as " while it was loaded",
// and lives for good.
class InPluginWhile {
 public:
  InPluginWhile(const std::string& name, const char* when) noexcept;
  ~InPluginWhile();
  InPluginWhile(const InPluginWhile&) = delete;
  InPluginWhile& operator=(const InPluginWhile&) = delete;

 private:
  InPlugin mark_;
  const char* before_;
};

}  // namespace ksampler

#endif
