#include "host/conformance/toy_guiding.hpp"

#include <ks/guider.h>

#include <cstring>
#include <limits>
#include <utility>

namespace ksampler::toy {
namespace {

// Bytes, so that what is no number compares, too.
bool same(const Vector& a, const Vector& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

Vector plain(const Vector& positive, const Vector& negative, double cfg) {
  Vector combined = positive;
  for (std::size_t i = 0; i < negative.size(); ++i) {
    combined[i] = negative[i] + cfg * (positive[i] - negative[i]);
  }
  return combined;
}

}  // namespace

Guiding::Guiding(ks_guider& guider, std::uint32_t stage, Host& host)
    : guider_(guider), stage_(stage), host_(host) {
  host_.of_guider = true;
  run_ = host_.abi();
  if (guider_.begin != nullptr) begun_ = guider_.begin(&guider_, run_);
}

Guiding::~Guiding() { end(); }

void Guiding::end() {
  if (!std::exchange(ended_, true) && guider_.end != nullptr) guider_.end(&guider_, run_);
}

Answer Guiding::ask(const Question& question) {
  const auto held = [&](const Vector& values) { return values.empty() ? nullptr : host_.hold(values); };
  ks_tensor* const x = host_.hold(question.x);
  ks_guidance guidance{};
  guidance.size = sizeof guidance;
  guidance.call = call_++;
  guidance.sigma = question.sigma;
  guidance.cfg = question.cfg;
  guidance.x = x;
  guidance.positive = held(question.positive);
  guidance.negative = held(question.negative);
  guidance.empty = held(question.empty);
  guidance.perturbed = held(question.perturbed);
  guidance.second = held(question.second);
  const Vector unwritten(question.x.size(), std::numeric_limits<double>::quiet_NaN());
  if (stage_ == KS_GUIDER_COMBINES) guidance.denoised = host_.hold(unwritten);
  if (stage_ == KS_GUIDER_AFTER) {
    guidance.denoised = host_.hold(plain(question.positive, question.negative, question.cfg));
  }
  ks_tensor* const given[] = {x,
                              guidance.positive,
                              guidance.negative,
                              guidance.empty,
                              guidance.denoised,
                              guidance.perturbed,
                              guidance.second};
  Answer answer;
  answer.status = guider_.guide(&guider_, run_, &guidance);
  answer.cfg = guidance.cfg;
  const auto values_of = [](const ks_tensor* tensor) {
    return tensor == nullptr ? Vector() : tensor->values;
  };
  answer.positive = values_of(given[1]);
  answer.negative = values_of(given[2]);
  answer.wrote_x = !same(x->values, question.x);
  answer.wrote_predictions =
      !same(answer.positive, question.positive) || !same(answer.negative, question.negative) ||
      !same(values_of(given[3]), question.empty) || !same(values_of(given[5]), question.perturbed) ||
      !same(values_of(given[6]), question.second);
  answer.denoised = stage_ == KS_GUIDER_BEFORE ? plain(answer.positive, answer.negative, answer.cfg)
                                               : values_of(given[4]);
  for (ks_tensor* tensor : given) host_.let_go(tensor);
  return answer;
}

}  // namespace ksampler::toy
