// What the routes of ComfyUI's API share.
#ifndef KSAMPLER_SERVE_COMFY_SERVICE_HPP
#define KSAMPLER_SERVE_COMFY_SERVICE_HPP

#include "host/serve/comfy/clients.hpp"
#include "host/serve/comfy/comfy.hpp"
#include "host/serve/comfy/folders.hpp"
#include "host/serve/comfy/jobs.hpp"
#include "host/serve/comfy/log.hpp"
#include "host/serve/comfy/user_settings.hpp"
#include "host/serve/run_book.hpp"
#include "host/serve/served_plugins.hpp"

#include <mutex>

namespace ksampler::comfy {

struct Service {
  Service(ComfyOptions given, RunBook& given_book, ServedPlugins& given_plugins);

  // Of `jobs` that wait or run: whether it was one.
  bool cancel(const std::string& job);

  ComfyOptions options;
  RunBook& book;
  ServedPlugins& plugins;
  Folders folders;
  UserSettings settings;
  Clients clients;
  Jobs jobs;
  Log log{clients};
  std::mutex writing;  // of files that requests send: one at a time
};

}  // namespace ksampler::comfy

#endif
