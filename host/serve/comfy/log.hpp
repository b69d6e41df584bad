// What the server has to say, line by line, for ComfyUI's log panel. Thread rule: any thread.
#ifndef KSAMPLER_SERVE_COMFY_LOG_HPP
#define KSAMPLER_SERVE_COMFY_LOG_HPP

#include "host/serve/comfy/clients.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <mutex>
#include <string>

namespace ksampler::comfy {

class Log {
 public:
  // `clients` must outlive it.
  explicit Log(Clients& clients) : clients_(clients) {}

  void add(const std::string& text);

  // {"entries": [{"t": ..., "m": "text\n"}], "size": {...}}
  Json all() const;
  // As one text.
  std::string text() const;

 private:
  Clients& clients_;
  mutable std::mutex mutex_;
  std::deque<Json> entries_;
};

}  // namespace ksampler::comfy

#endif
