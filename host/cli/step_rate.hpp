// How fast steps go now: over the last few, so that neither a model that had to be loaded first nor a
// slow beginning shows for the rest of the run.
#ifndef KSAMPLER_CLI_STEP_RATE_HPP
#define KSAMPLER_CLI_STEP_RATE_HPP

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>

namespace ksampler {

class StepRate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void begin(Time now) { ends_ = {{now, 0}}; }

  // Steps a second once `step` are done. The first alone counts from the beginning; later ones from the
  // end of the step that is up to ten back.
  double after(std::uint32_t step, Time now) {
    ends_.push_back({now, step});
    const bool knows_a_step = ends_.size() > 2 && ends_.front().step == 0;
    if (knows_a_step || ends_.size() > kKept) ends_.pop_front();
    const std::chrono::duration<double> time = now - ends_.front().time;
    const std::uint32_t steps = step > ends_.front().step ? step - ends_.front().step : 0;
    return steps / std::max(time.count(), 1e-9);
  }

 private:
  static constexpr std::size_t kKept = 11;
  struct End {
    Time time;
    std::uint32_t step;
  };
  std::deque<End> ends_ = {{Time{}, 0}};
};

}  // namespace ksampler

#endif
