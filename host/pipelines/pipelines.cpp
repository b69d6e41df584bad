#include "host/pipelines/pipelines.hpp"

#include "host/base/conventions.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/embed/arguments.hpp"
#include "host/embed/isolated.hpp"
#include "host/runtime/runtime_library.hpp"

#include <ks/entry.h>

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <vector>

using namespace ksampler;
using embed::answered;
using embed::BadArgument;

namespace {

namespace fs = std::filesystem;

// The folder above that of this library: bin, lib and plugins are in it.
fs::path root_of_library() {
  Dl_info here{};
  if (::dladdr(reinterpret_cast<const void*>(&root_of_library), &here) == 0 ||
      here.dli_fname == nullptr) {
    throw Error("cannot tell where libks_pipeline lies, to find what a run needs beside it");
  }
  return fs::absolute(here.dli_fname).parent_path().parent_path();
}

std::vector<fs::path> folders_of(const ks_pipelines_settings& settings) {
  std::vector<fs::path> folders;
  for (const std::string& name :
       embed::names_in(settings.plugin_folders, settings.plugin_folder_count, "a folder of plugins")) {
    folders.emplace_back(name);
  }
  const fs::path root = root_of_library();
  for (const fs::path& place : {root / "plugins", root / "lib" / "ksampler" / "plugins"}) {
    std::error_code error;
    if (fs::is_directory(place, error)) folders.push_back(place);
  }
  return folders;
}

}  // namespace

ks_pipelines::ks_pipelines(const ks_pipelines_settings& settings)
    : log_(settings.log),
      log_context_(settings.log_context),
      device_(settings.device == nullptr ? "auto" : settings.device),
      memory_(settings.memory) {
  if (std::ranges::find(devices(), device_) == devices().end()) {
    throw BadArgument(sentence("unknown device {}{}", quote(device_), suggestion(device_, devices())));
  }
  for (const std::string& folder :
       embed::names_in(settings.model_folders, settings.model_folder_count, "a folder of models")) {
    files_.add(fs::path(folder));
  }
  isolated_ =
      embed::names_in(settings.isolate, settings.isolate_count, "a plugin that is to be isolated");
  const auto log = [this](std::uint32_t level, std::string_view plugin, std::string_view line) {
    say(level, std::string(plugin).c_str(), std::string(line));
  };
  plugins_ =
      std::make_unique<LivePlugins>(folders_of(settings), log, embed::isolation_of(isolated_, nullptr));
  const std::shared_ptr<const Registry> registry = plugins_->current();
  for (const Diagnostic& broken : registry->broken()) say(KS_LOG_WARNING, "", broken.text());
  embed::check_isolated(isolated_, *registry);
}

bool ks_pipelines::isolates(const std::string& plugin) const {
  const auto has = [&](const char* name) {
    return std::ranges::find(isolated_, name) != isolated_.end();
  };
  return has("*") || (plugin != "all" && has(plugin.c_str()));
}

void ks_pipelines::say(std::uint32_t level, const char* plugin, const std::string& line) const {
  if (log_ != nullptr) log_(log_context_, level, plugin, line.c_str());
}

Runtime& ks_pipelines::runtime() {
  const std::lock_guard lock(mutex_);
  if (runtime_ == nullptr) {
    runtime_ = open_runtime(root_of_library(),
                            [this](const std::string& what) { say(KS_LOG_WARNING, "", what); });
  }
  return *runtime_;
}

Runtime* ks_pipelines::opened() {
  const std::lock_guard lock(mutex_);
  return runtime_.get();
}

ks_pipelines& pipelines::checked(ks_pipelines* host) {
  if (host == nullptr) throw BadArgument("the host is null");
  return *host;
}

ks_status ks_pipelines_open(const ks_pipelines_settings* settings, ks_pipelines** host) {
  return answered([&] {
    if (host == nullptr) throw BadArgument("there is no place for the host");
    *host = nullptr;
    *host = new ks_pipelines(settings == nullptr ? ks_pipelines_settings{}
                                                 : embed::copied(settings, "ks_pipelines_settings"));
  });
}

ks_status ks_pipelines_refresh(ks_pipelines* host) {
  return answered([&] {
    ks_pipelines& checked = pipelines::checked(host);
    for (const PluginChange& change : checked.plugins().refresh()) {
      for (const Diagnostic& problem : change.problems) checked.say(KS_LOG_WARNING, "", problem.text());
    }
  });
}

ks_status ks_pipelines_let_go(ks_pipelines* host) {
  return answered([&] {
    if (Runtime* runtime = pipelines::checked(host).opened()) runtime->let_go();
  });
}

void ks_pipelines_close(ks_pipelines* host) { delete host; }
