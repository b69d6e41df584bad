#include "host/serve/comfy/user_settings.hpp"

#include "host/base/error.hpp"
#include "host/files/json_text.hpp"
#include "host/files/output.hpp"

#include <fstream>
#include <iterator>
#include <span>

namespace ksampler::comfy {
namespace {

// The page would look for newer versions of ComfyUI, which this is not.
const Json& presets() {
  static const Json values = {{"Comfy.Notification.ShowVersionUpdates", false}};
  return values;
}

}  // namespace

UserSettings::UserSettings(std::filesystem::path file) : file_(std::move(file)) {
  std::ifstream stream(file_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  try {
    Json values = parse_ordered_json(text);
    if (values.is_object()) values_ = std::move(values);
  } catch (const Error&) {
    // As if it were not there: it is replaced at the first setting.
  }
}

Json UserSettings::all() const {
  Json values = presets();
  const std::lock_guard lock(mutex_);
  values.update(values_);
  return values;
}

Json UserSettings::get(const std::string& id) const { return all().value(id, Json()); }

void UserSettings::set(const Json& values) {
  const std::lock_guard lock(mutex_);
  Json changed = values_;
  changed.update(values);
  const std::string text = changed.dump(4, ' ', false, Json::error_handler_t::replace);
  write_whole(file_, std::as_bytes(std::span(text)));
  values_ = std::move(changed);
}

}  // namespace ksampler::comfy
