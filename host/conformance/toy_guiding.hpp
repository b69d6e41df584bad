// A guider in a run of the toy host: asked one question after the other.
#ifndef KSAMPLER_CONFORMANCE_TOY_GUIDING_HPP
#define KSAMPLER_CONFORMANCE_TOY_GUIDING_HPP

#include "host/conformance/toy_host.hpp"

#include <ks/ks.h>

#include <cstdint>
#include <string>

namespace ksampler::toy {

// Predictions for one x, all of one size.
struct Question {
  double sigma = 1.7;
  double cfg = 5.0;
  Vector x;
  Vector positive;
  Vector negative;        // empty: not asked for
  Vector empty;           // likewise
  Vector perturbed = {};  // likewise
  Vector second = {};     // likewise
};

struct Answer {
  ks_status status = KS_ERROR;
  Vector positive;  // as the guider left them
  Vector negative;
  Vector denoised;  // of a guider before the combination, what plain guidance makes of them
  double cfg = 0;
  bool wrote_x = false;            // which is not its own
  bool wrote_predictions = false;  // likewise, but before the combination
};

// One run: begin() in the constructor, end() in the destructor.
class Guiding {
 public:
  // `host` has the noise levels; `items` of its batch and the size are those of the questions.
  Guiding(ks_guider& guider, std::uint32_t stage, Host& host);
  ~Guiding();
  Guiding(const Guiding&) = delete;

  ks_status begun() const { return begun_; }
  Answer ask(const Question& question);
  void end();

 private:
  ks_guider& guider_;
  std::uint32_t stage_;
  Host& host_;
  const ks_run* run_;
  ks_status begun_ = KS_OK;
  std::uint32_t call_ = 0;
  bool ended_ = false;
};

}  // namespace ksampler::toy

#endif
