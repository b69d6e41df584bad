// What the user of the page has set, in a file. Thread rule: any thread.
#ifndef KSAMPLER_SERVE_COMFY_USER_SETTINGS_HPP
#define KSAMPLER_SERVE_COMFY_USER_SETTINGS_HPP

#include "host/serve/comfy/json.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <mutex>
#include <string>

namespace ksampler::comfy {

class UserSettings {
 public:
  // A file that is not there, or is none of settings, is one without any.
  explicit UserSettings(std::filesystem::path file);

  // An object, with what holds where the user has set nothing.
  Json all() const;
  // Null where nothing is set.
  Json get(const std::string& id) const;
  // Throws Error where the file cannot be written; then nothing changes.
  void set(const Json& values);

 private:
  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  Json values_ = Json::object();
};

}  // namespace ksampler::comfy

#endif
