// Server-sent events: each run and the plugins once at first, and then what has changed.
#include "host/serve/http.hpp"
#include "host/serve/json.hpp"
#include "host/serve/routes.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

namespace ksampler {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{5000};  // finds a reader that is gone
constexpr std::chrono::milliseconds kPace{50};  // a small model takes thousands of steps a second

std::string event_text(const char* type, const nlohmann::ordered_json& json) {
  return std::string("event: ") + type + "\ndata: " + json_text(json) + "\n\n";
}

// Counts one stream, for as long as it lives.
class StreamCount {
 public:
  explicit StreamCount(std::atomic<std::size_t>& count) : count_(count), number_(++count) {}
  ~StreamCount() { --count_; }
  StreamCount(const StreamCount&) = delete;
  StreamCount& operator=(const StreamCount&) = delete;
  std::size_t number() const { return number_; }

 private:
  std::atomic<std::size_t>& count_;
  std::size_t number_;
};

// What one reader has seen.
struct Stream {
  std::uint64_t seen = 0;
  std::string plugins;  // as sent last

  std::string next(RunBook& book, ServedPlugins& live, const Changes& changes) {
    const std::uint64_t latest = changes.wait_past(seen, kHeartbeat);
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

void add_event_route(httplib::Server& http, const ServerOptions& options, RunBook& book,
                     ServedPlugins& plugins, Changes& changes) {
  const auto streams = std::make_shared<std::atomic<std::size_t>>(0);
  http.Get("/events", [&, streams](const auto&, auto& response) {
    const auto counted = std::make_shared<StreamCount>(*streams);
    if (counted->number() > options.most_streams) {
      return refuse(response, kUnavailable, "too many streams of events are open");
    }
    response.set_header("Cache-Control", "no-store");
    const auto stream = std::make_shared<Stream>();
    response.set_chunked_content_provider(
        "text/event-stream", [&, streams, counted, stream](std::size_t, httplib::DataSink& sink) {
          const std::string text = stream->next(book, plugins, changes);
          if (changes.closed()) {
            sink.done();
            return true;
          }
          if (!sink.write(text.data(), text.size())) return false;
          std::this_thread::sleep_for(kPace);
          return true;
        });
  });
}

}  // namespace ksampler
