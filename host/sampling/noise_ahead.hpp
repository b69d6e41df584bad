// Draws noise ahead, on a thread of its own, while the model runs: a step then waits for none of it.
// The values are those of the source that it stands before, whose draws must not depend on the sigmas.
#ifndef KSAMPLER_SAMPLING_NOISE_AHEAD_HPP
#define KSAMPLER_SAMPLING_NOISE_AHEAD_HPP

#include "host/sampling/noise_source.hpp"

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace ksampler {

class NoiseAhead : public NoiseSource {
 public:
  // `like`: a latent of the run.
  NoiseAhead(std::unique_ptr<NoiseSource> source, const at::Tensor& like);
  ~NoiseAhead() override;
  NoiseAhead(const NoiseAhead&) = delete;
  NoiseAhead& operator=(const NoiseAhead&) = delete;

  void expect(double sigma, double sigma_next) override;
  void draw(at::Tensor& out, double sigma, double sigma_next) override;

 private:
  enum class Work { none, asked, done, end };
  void work();
  void wait_until_free(std::unique_lock<std::mutex>& lock);

  std::unique_ptr<NoiseSource> source_;
  at::Tensor buffer_;  // written by the thread while `asked`, read by the run otherwise
  std::exception_ptr failure_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Work state_ = Work::none;
  std::thread thread_;  // last: begins when the rest is there
};

}  // namespace ksampler

#endif
