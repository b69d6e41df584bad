// Draws noise ahead, on a thread of its own, while the model runs: a step then waits for none of it.
// The values are those of the source that it stands before, whose draws must not depend on the sigmas.
#ifndef KSAMPLER_SESSION_NOISE_AHEAD_HPP
#define KSAMPLER_SESSION_NOISE_AHEAD_HPP

#include "host/session/noise_source.hpp"

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace ksampler {

class NoiseAhead : public WhiteNoise {
 public:
  NoiseAhead(std::unique_ptr<WhiteNoise> source, std::size_t size);
  ~NoiseAhead() override;
  NoiseAhead(const NoiseAhead&) = delete;
  NoiseAhead& operator=(const NoiseAhead&) = delete;

  void expect(double sigma, double sigma_next) override;
  void fill(float* out, double sigma, double sigma_next) override;

 private:
  enum class Work { none, asked, done, end };
  void work();
  void wait_until_free(std::unique_lock<std::mutex>& lock);

  std::unique_ptr<WhiteNoise> source_;
  std::vector<float> buffer_;  // written by the thread while `asked`, read by the run otherwise
  std::exception_ptr failure_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Work state_ = Work::none;
  std::thread thread_;  // last: begins when the rest is there
};

}  // namespace ksampler

#endif
