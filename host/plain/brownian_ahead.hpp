// Increments of a Brownian path that are computed before they are asked for, on one thread.
#ifndef KSAMPLER_PLAIN_BROWNIAN_AHEAD_HPP
#define KSAMPLER_PLAIN_BROWNIAN_AHEAD_HPP

#include "host/plain/brownian_path.hpp"

#include <condition_variable>
#include <exception>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace ksampler {

// Thread rule: one thread calls; the object's own thread does the work.
class BrownianTree::Ahead {
 public:
  explicit Ahead(Path& path) : path_(path) {}
  ~Ahead();
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  void request(float sigma, float sigma_next);

  // Fills `out` with this increment: from a request, waiting for the rest of it, or else at once on the
  // calling thread. Throws what the computation threw.
  void increment_into(float* out, float sigma, float sigma_next);

 private:
  enum class Stage { waiting, running, done };
  struct Job {
    float sigma, sigma_next;
    Stage stage = Stage::waiting;
    std::vector<float> value{};
    std::exception_ptr failure{};
  };
  using Jobs = std::list<Job>;

  void work();
  Jobs::iterator find(float sigma, float sigma_next);
  void remove(Jobs::iterator job);  // keeps its buffer

  Path& path_;
  std::mutex path_mutex_;  // held by whoever computes

  std::mutex mutex_;  // guards what follows; the two are never held together
  std::condition_variable changed_;
  Jobs jobs_;  // oldest first
  std::vector<std::vector<float>> spare_;
  bool stop_ = false;
  std::thread thread_;  // started by the first request
};

}  // namespace ksampler

#endif
