#include "host/serve/comfy/log.hpp"

#include <ctime>

namespace ksampler::comfy {
namespace {

constexpr std::size_t kMostEntries = 300;

Json with_size(Json entries) {
  return {{"entries", std::move(entries)}, {"size", {{"cols", 80}, {"rows", 24}}}};
}

// "2026-11-28T12:00:00"
std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm time = {};
  ::gmtime_r(&now, &time);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &time);
  return text;
}

}  // namespace

void Log::add(const std::string& text) {
  const Json entry = {{"t", time_text()}, {"m", text + "\n"}};
  {
    const std::lock_guard lock(mutex_);
    entries_.push_back(entry);
    if (entries_.size() > kMostEntries) entries_.pop_front();
  }
  clients_.send_log(with_size(Json::array({entry})));
}

Json Log::all() const {
  const std::lock_guard lock(mutex_);
  Json entries = Json::array();
  for (const Json& entry : entries_) entries.push_back(entry);
  return with_size(std::move(entries));
}

std::string Log::text() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const Json& entry : entries_) {
    text += entry["t"].get<std::string>() + " - " + entry["m"].get<std::string>();
  }
  return text;
}

}  // namespace ksampler::comfy
