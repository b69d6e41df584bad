// Tells ComfyUI's clients how a job goes on, in the order that they rely on, and keeps what its history
// says:
//
//   status                                                    to all, as often as the queue changes
//   execution_start, execution_cached                         to who sent the job, as what follows
//   for each node: progress_state, executing, [progress_state, progress, preview]*, [executed],
//   progress_state
//   execution_success | execution_error | execution_interrupted     (this last one to all)
//   status, executing of no node
//
// Before the last two lines the job is in the history: clients fetch it at once.
#ifndef KSAMPLER_SERVE_COMFY_JOB_EVENTS_HPP
#define KSAMPLER_SERVE_COMFY_JOB_EVENTS_HPP

#include "host/serve/comfy/clients.hpp"
#include "host/serve/comfy/folders.hpp"
#include "host/serve/comfy/jobs.hpp"
#include "host/serve/comfy/log.hpp"
#include "host/serve/run_listener.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ksampler::comfy {

// {"exec_info": {"queue_remaining": N}}
Json queue_json(const Jobs& jobs);
void send_status(Clients& clients, const Jobs& jobs);
// What extra_data asks for: "taesd", "latent2rgb", "auto", "none"; by itself "default".
std::string preview_method(const Json& extra);

class JobEvents final : public RunListener {
 public:
  // All but `job` must outlive it.
  JobEvents(Job job, Jobs& jobs, Clients& clients, const Folders& folders, Log& log);

  void queued(const RunView& run) override;
  void begins() override;
  void node_known(const Node& node, const std::vector<std::filesystem::path>& files) override;
  void node_begins(const Node& node) override;
  void step_done(const Node& node, std::uint32_t step, std::uint32_t steps) override;
  void preview(const Node& node, std::uint32_t step, std::uint32_t steps,
               const PreviewPicture& picture) override;
  void file_written(const Node& node, const std::filesystem::path& file) override;
  void warning(const Node& node, const std::string& message) override;
  void ends(RunState state, const std::vector<Diagnostic>& errors) override;

 private:
  using Clock = std::chrono::steady_clock;

  void send(const char* type, const Json& data, const std::string& slot = {});
  // The same, to all where nobody is known to have sent the job.
  void send_progress(const char* type, const Json& data, const std::string& slot);
  // A message that the history keeps, with its time.
  void say(const char* type, Json data);
  void progress(const std::string& node, std::uint32_t value, std::uint32_t most, const char* state);
  void finish_node(const char* state);
  // Once, before the first node: those whose results are kept, and what they show.
  void say_known();
  void show(Json& shown, const std::filesystem::path& file) const;
  Json failure(const std::vector<Diagnostic>& errors) const;
  Json inputs_of(const std::string& node) const;

  Job job_;
  Jobs& jobs_;
  Clients& clients_;
  const Folders& folders_;
  Log& log_;
  Clients::To previews_to_;
  bool previews_;

  bool said_known_ = false;
  std::vector<std::pair<std::string, Json>> known_;  // nodes that are not run, and what they show
  std::string node_;                                 // that runs; empty: none
  std::vector<std::string> done_;                    // nodes
  Json states_ = Json::object();                     // of nodes, for progress_state
  Json shown_ = Json::object();                      // of the node that runs, as its `executed` says it
  Json messages_ = Json::array();
  Json outputs_ = Json::object();
  Clock::time_point told_{};  // of progress, last
};

}  // namespace ksampler::comfy

#endif
