// ComfyUI's API over a runtime that tests steer, asked without HTTP, and a WebSocket that keeps what it
// is sent.
#ifndef KSAMPLER_TESTS_SERVE_COMFY_COMFY_CASE_HPP
#define KSAMPLER_TESTS_SERVE_COMFY_COMFY_CASE_HPP

#include "host/runtime/kept_results.hpp"
#include "host/serve/comfy/comfy.hpp"
#include "host/serve/run_workers.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/swap/swap_case.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ksampler::test {

using Json = nlohmann::ordered_json;

// Goes through the nodes of a pipeline without computing: KSampler takes its steps, with a preview each
// (a seed of 13 fails at the second), and what writes pictures writes one pixel.
class SteppingRuntime : public Runtime {
 public:
  void run(const Pipeline& pipeline, const Registry& registry, const RunOptions& options,
           Reporter& reporter) override;
  std::string describe() const override { return "a runtime for tests"; }
  ComputeDevice device() const override { return {"cpu", "cpu", 2000, 1000}; }
  void let_go() override { ++times_let_go; }

  // Steps wait until it is opened.
  void hold();
  void open();

  std::atomic<int> times_let_go{0};
  std::atomic<bool> keeps{false};    // results, for the next run
  std::atomic<int> step_time{0};     // ms
  std::atomic<int> side{1};          // of previews, in pixels
  std::atomic<bool> decodes{false};  // previews of the last run were asked for by a small decoder

 private:
  void pass(const std::atomic<bool>& stop);
  void sample(const Node& node, const RunOptions& options, Reporter& reporter);
  void write(const Node& node, const RunOptions& options, Reporter& reporter);

  ResultCache results_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
};

class KeptSocket : public WebSocket {
 public:
  void send_text(std::string text, std::string slot) override;
  void send_binary(std::string bytes, std::string slot) override;
  void close() override { closed = true; }

  // The messages of text so far.
  std::vector<Json> messages() const;
  // Their types, without `status`; "executing 4" and "executing -" say the node.
  std::vector<std::string> story() const;
  std::vector<std::string> pictures() const;
  // The data of the last of that type; null: there is none.
  Json last(const std::string& type) const;
  // Waits until there is one with `executing` of no node.
  void wait_for_end() const;

  std::atomic<bool> closed{false};

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Json> messages_;
  std::vector<std::string> pictures_;
};

class ComfyCase : public ::testing::Test {
 protected:
  explicit ComfyCase(RunLimits limits = {}, int jobs = 1);
  ~ComfyCase() override;

  HttpResponse ask(const std::string& method, const std::string& target, const std::string& body = "",
                   TextPairs headers = {}) const;
  HttpResponse get(const std::string& target) const { return ask("GET", target); }
  Json get_json(const std::string& target) const;
  // With the prompt as its `prompt`, and what `more` has besides.
  HttpResponse post_prompt(const Json& prompt, const Json& more = Json::object()) const;
  // The same; its id.
  std::string submit(const Json& prompt, const Json& more = Json::object()) const;
  // Waits until it has ended; what history says of it.
  Json wait_for(const std::string& id) const;

  // A socket that is connected under that id.
  std::shared_ptr<KeptSocket> connect(const std::string& id);
  void say(const std::shared_ptr<KeptSocket>& socket, const Json& message);

  // "1" to "5", and "9", which saves a picture.
  static Json prompt(int steps = 3, std::uint64_t seed = 1);

  SwapFolder plugin_{1};  // "swap", with samplers once and tenfold and the scheduler line
  TemporaryFolder folder_;
  TemporaryFolder models_;
  TemporaryFolder page_;
  std::shared_ptr<SteppingRuntime> runtime_ = std::make_shared<SteppingRuntime>();
  Changes changes_;
  RunBook book_;
  ServedPlugins plugins_;
  std::optional<Comfy> comfy_;
  Router router_;
  std::map<KeptSocket*, WebSocketClient> clients_;
  std::optional<RunWorkers> workers_;
};

// Of an answer; empty where it has none of that name.
std::string header_of(const HttpResponse& response, const std::string& name);

}  // namespace ksampler::test

#endif
