// A server on a free port with a runtime that tests steer, and a client of it.
#ifndef KSAMPLER_TESTS_SERVE_SERVER_CASE_HPP
#define KSAMPLER_TESTS_SERVE_SERVER_CASE_HPP

#include "host/serve/run_workers.hpp"
#include "host/serve/server.hpp"
#include "tests/serve/http/http_client.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/swap/swap_case.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace ksampler::test {

using Json = nlohmann::json;

// Holds runs until a test lets them go on.
class Hold {
 public:
  void open();
  void close();
  // Returns when it is open, or `stop` is set.
  void pass(const std::atomic<bool>& stop);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
};

// Takes the steps of a pipeline's KSampler, through real plugins on the toy model D = 1, without
// LibTorch. Writes run.txt, with the variant of the plugin "swap" that did it, and out/picture.png. A
// seed of 13 fails, one of 14 throws what is no Error.
class FakeRuntime : public Runtime {
 public:
  explicit FakeRuntime(Hold& hold) : hold_(hold) {}
  void run(const Pipeline& pipeline, const Registry& registry, const RunOptions& options,
           Reporter& reporter) override;
  std::string describe() const override { return "a runtime for tests"; }
  ComputeDevice device() const override { return {"cpu", "cpu", 2000, 1000}; }
  void let_go() override { ++let_go_; }
  int times_let_go() const { return let_go_; }

 private:
  Hold& hold_;
  std::atomic<int> let_go_{0};
};

class ServerCase : public ::testing::Test {
 protected:
  ServerCase() : ServerCase({}, {}) {}
  ServerCase(RunLimits limits, ServerOptions options, int jobs = 1);
  ~ServerCase() override;

  // What a program sends that is no browser.
  HttpClient client() const { return HttpClient(server_->port()); }
  std::optional<HttpAnswer> get(const std::string& path) const { return client().get(path); }
  std::optional<HttpAnswer> post(const std::string& path, const std::string& body = "",
                                 const std::string& type = "application/yaml") const {
    return client().post(path, body, type);
  }

  // Sends a pipeline of `steps` steps, and returns its id.
  int submit(int steps = 3, int seed = 1) const;
  Json run(int id) const;
  // Waits for the run to be `state`, and returns it; the test fails where that does not come.
  Json wait_for(int id, const std::string& state) const;

  std::string pipeline(int steps = 3, int seed = 1) const;

  Hold hold_;
  SwapFolder plugin_{1};  // "swap", with samplers once and tenfold and the scheduler line
  TemporaryFolder folder_;
  Changes changes_;
  RunBook book_;
  ServedPlugins plugins_;
  std::optional<RunWorkers> workers_;
  std::optional<Server> server_;

 private:
  std::thread http_;
};

}  // namespace ksampler::test

#endif
