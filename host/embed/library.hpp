// ks_library: plugins in folders, and those that were added.
#ifndef KSAMPLER_EMBED_LIBRARY_HPP
#define KSAMPLER_EMBED_LIBRARY_HPP

#include "host/embed/infos.hpp"
#include "host/plugin/live_plugins.hpp"

#include <ks/host.h>

#include <map>
#include <memory>
#include <string>

struct ks_library {
  ksampler::LogSink log;
  std::unique_ptr<ksampler::LivePlugins> plugins;
  std::unique_ptr<const ksampler::embed::Infos> infos;
  std::map<std::string, std::string> refused;  // by plugin, until its files change: why
  std::string broken;

  void read_infos();
};

namespace ksampler::embed {

// Throws BadArgument where it is null.
ks_library& checked(ks_library* library);

}  // namespace ksampler::embed

#endif
