// A server of HTTP with routes of a test.
#ifndef KSAMPLER_TESTS_SERVE_HTTP_HTTP_CASE_HPP
#define KSAMPLER_TESTS_SERVE_HTTP_HTTP_CASE_HPP

#include "host/serve/http/answer.hpp"
#include "host/serve/http/http_server.hpp"
#include "tests/serve/http/http_client.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace ksampler::test {

// Opened once; whoever waits for it goes on then.
class Door {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  // False where it stays closed for too long.
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
};

class HttpCase : public ::testing::Test {
 protected:
  ~HttpCase() override { stop(); }

  // With the routes and options as they are now.
  void serve() {
    server_.emplace(router_, options_);
    port_ = server_->listen(0);
    thread_ = std::thread([this] { server_->serve(); });
  }
  void stop() {
    if (server_) server_->stop();
    if (thread_.joinable()) thread_.join();
  }

  HttpClient client() const { return HttpClient(port_); }

  Router router_;
  HttpOptions options_;
  std::optional<HttpServer> server_;
  int port_ = 0;

 private:
  std::thread thread_;
};

}  // namespace ksampler::test

#endif
