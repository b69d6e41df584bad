// One client's connection, and what all of a server's have in common. Thread rule: the server's thread.
#ifndef KSAMPLER_SERVE_HTTP_CONNECTION_HPP
#define KSAMPLER_SERVE_HTTP_CONNECTION_HPP

#include "host/serve/http/asio.hpp"
#include "host/serve/http/http_server.hpp"
#include "host/serve/http/stream_threads.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <set>

namespace ksampler {

using Clock = std::chrono::steady_clock;

class Connection {
 public:
  virtual ~Connection() = default;

  // Since when it has been waiting for its client; none where its client waits, or nobody does.
  virtual std::optional<Clock::time_point> waits_since() const { return std::nullopt; }
  // Ends at once, for another's sake.
  virtual void make_room() {}
  // Ends, as the server does.
  virtual void stop() = 0;
};

// Connections live here, and for as long as something goes on for them.
class Connections {
 public:
  explicit Connections(asio::io_context& io) : io_(io) {}

  void add(const std::shared_ptr<Connection>& connection) { all_.insert(connection); }

  void remove(const std::shared_ptr<Connection>& connection) {
    all_.erase(connection);
    if (stopping_ && all_.empty()) io_.stop();
  }

  std::size_t count() const { return all_.size(); }

  // Ends the one that waits longest for its client, if it has for so long.
  void make_room(std::chrono::milliseconds limit) {
    Clock::time_point longest = Clock::now() - limit;
    std::shared_ptr<Connection> found;
    for (const std::shared_ptr<Connection>& each : all_) {
      const auto since = each->waits_since();
      if (!since || *since > longest) continue;
      longest = *since;
      found = each;
    }
    if (found) found->make_room();
  }

  // The server's thread ends with the last of them.
  void stop() {
    if (std::exchange(stopping_, true)) return;
    const auto each_now = all_;  // as they are removed meanwhile
    for (const std::shared_ptr<Connection>& each : each_now) each->stop();
    if (all_.empty()) io_.stop();
  }

 private:
  asio::io_context& io_;
  std::set<std::shared_ptr<Connection>> all_;
  bool stopping_ = false;
};

struct ServerParts {
  const Router& router;
  const HttpOptions& options;
  asio::io_context& io;
  asio::thread_pool& workers;
  Connections connections;
  StreamThreads streams;
  std::size_t large_bodies = 0;  // that are being read, or are in use
  std::size_t sockets = 0;
};

// Counts one of something, for as long as it lives.
class Counted {
 public:
  Counted() = default;
  explicit Counted(std::size_t& count) : count_(&count) { ++count; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  Counted& operator=(Counted&& other) noexcept {
    std::swap(count_, other.count_);
    return *this;
  }
  ~Counted() {
    if (count_ != nullptr) --*count_;
  }

 private:
  std::size_t* count_ = nullptr;
};

// A limit of time that can be set anew. What is called holds what it needs alive.
class Deadline {
 public:
  explicit Deadline(asio::io_context& io) : timer_(io) {}

  template <typename Late>
  void set(std::chrono::milliseconds limit, Late late) {
    timer_.expires_after(limit);
    timer_.async_wait([this, late = std::move(late)](AsioError error) {
      // It may have been set anew after it had run out.
      if (!error && timer_.expiry() <= Clock::now()) late();
    });
  }

  void clear() { timer_.expires_at(Clock::time_point::max()); }

 private:
  asio::steady_timer timer_;
};

}  // namespace ksampler

#endif
