// Prompts that were sent: those that wait, those that run, and the last that ended. Thread rule: any
// thread.
#ifndef KSAMPLER_SERVE_COMFY_JOBS_HPP
#define KSAMPLER_SERVE_COMFY_JOBS_HPP

#include "host/serve/comfy/json.hpp"
#include "host/serve/run_view.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ksampler::comfy {

enum class JobState { pending, in_progress, completed, failed, cancelled };

// "in_progress"
const char* state_name(JobState state);

// What was sent never changes, and is shared by copies.
struct SentPrompt {
  Json prompt;                       // as it came
  Json extra;                        // extra_data, with client_id and create_time
  std::vector<std::string> outputs;  // nodes that are run
  std::size_t bytes = 0;             // of what was sent
  std::string text;                  // `{prompt},{extra},["9"]`: a queue is asked for often
};

struct Job {
  std::string id;
  std::string client;  // who sent it; empty: nobody that listens
  std::shared_ptr<const SentPrompt> sent;
  RunId run = 0;
  double number = 0;
  JobState state = JobState::pending;
  std::int64_t created = 0;  // milliseconds since 1970, as the others
  std::int64_t began = 0;
  std::int64_t ended = 0;
  std::string node;               // that runs
  Json outputs = Json::object();  // {"9": {"images": [...]}}
  Json messages = Json::array();  // [["execution_start", {...}], ...]
};

struct JobLimits {
  std::size_t ended = 1000;                   // that are remembered
  std::size_t bytes = std::size_t{64} << 20;  // of their prompts
};

class Jobs {
 public:
  explicit Jobs(JobLimits limits = {}) : limits_(limits) {}

  void add(const Job& job);
  // Of one that waits or runs.
  void change(const std::string& id, const std::function<void(Job&)>& edit);
  // It has ended: the last change.
  void end(const std::string& id, const std::function<void(Job&)>& edit);
  // Forgets one that waits, or has ended.
  void forget(const std::string& id);
  void forget_ended();

  std::optional<Job> find(const std::string& id) const;
  bool contains(const std::string& id) const;
  // How many wait or run.
  std::size_t open() const;
  // In the order in which they run.
  std::vector<Job> pending() const;
  std::vector<Job> running() const;
  // In the order in which they ended.
  std::vector<Job> ended() const;

 private:
  std::vector<Job> of_state(JobState state) const;
  void forget_oldest();

  const JobLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Job> open_;
  std::deque<Job> ended_;
};

// Milliseconds since 1970.
std::int64_t now_in_milliseconds();

// A random one, as "05cbf00c-0375-4a72-b0eb-50d6c993ce46".
std::string new_job_id();
bool is_job_id(const std::string& text);

}  // namespace ksampler::comfy

#endif
