// Server-sent events: each run and the plugins once at first, and then what has changed.
#include "host/serve/http/answer.hpp"
#include "host/serve/json.hpp"
#include "host/serve/routes.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <thread>

namespace ksampler {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{5000};  // finds a reader that is gone
constexpr std::chrono::milliseconds kPace{50};  // a small model takes thousands of steps a second

std::string event_text(const char* type, const nlohmann::ordered_json& json) {
  return std::string("event: ") + type + "\ndata: " + json_text(json) + "\n\n";
}

// What one reader has seen.
struct Stream {
  std::uint64_t seen = 0;
  std::string plugins;  // as sent last

  std::string next(RunBook& book, ServedPlugins& live, const Changes& changes) {
    const bool first = plugins.empty();  // which waits for no change
    if (!first) std::this_thread::sleep_for(kPace);
    const std::uint64_t latest =
        changes.wait_past(seen, first ? std::chrono::milliseconds(0) : kHeartbeat);
    std::string text;
    for (const RunView& run : book.changed_since(seen)) text += event_text("run", run_json(run));
    if (std::string now = event_text("plugins", plugins_json(live)); now != plugins) {
      text += now;
      plugins = std::move(now);
    }
    seen = latest;
    return text.empty() ? ":\n\n" : text;
  }
};

}  // namespace

void add_event_route(Router& router, RunBook& book, ServedPlugins& plugins, Changes& changes) {
  router.route("GET", "/events", [&](const auto&, const auto&) {
    HttpResponse response;
    response.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}};
    response.stream = [&, stream = Stream{}]() mutable -> std::optional<std::string> {
      std::string text = stream.next(book, plugins, changes);
      if (changes.closed()) return std::nullopt;
      return text;
    };
    return response;
  });
}

}  // namespace ksampler
