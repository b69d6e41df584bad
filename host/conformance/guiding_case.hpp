// Questions for guiders, and a host to ask them in.
#ifndef KSAMPLER_CONFORMANCE_GUIDING_CASE_HPP
#define KSAMPLER_CONFORMANCE_GUIDING_CASE_HPP

#include "host/conformance/runs.hpp"
#include "host/conformance/toy_guiding.hpp"

#include <ks/guider.h>

#include <cmath>
#include <vector>

namespace ksampler::conformance {

// Some elements that no formula treats alike; `scale` sets their size.
inline Vector wave(std::size_t size, double phase, double scale = 1.0) {
  Vector values(size);
  for (std::size_t i = 0; i < size; ++i) {
    values[i] = scale * std::sin(phase + 1.3 * static_cast<double>(i));
  }
  return values;
}

// Of `items` items of six elements each, unlike in size, so that what is measured over the batch shows.
inline toy::Question some_question(const ks_guider_info& info, std::size_t items = 1) {
  toy::Question question;
  if ((info.fits & KS_FITS_ADDITIVE) == 0) question.sigma = 0.7;
  for (std::size_t item = 0; item < items; ++item) {
    const double scale = 1.0 + 2.0 * static_cast<double>(item);
    const auto add = [&](Vector& to, double phase) {
      const Vector more = wave(6, phase + static_cast<double>(item), scale);
      to.insert(to.end(), more.begin(), more.end());
    };
    add(question.x, 0.1);
    add(question.positive, 0.5);
    add(question.negative, 1.9);
    if ((info.flags & KS_GUIDER_NEEDS_EMPTY) != 0) add(question.empty, 3.1);
    if ((info.flags & KS_GUIDER_NEEDS_PERTURBED) != 0) add(question.perturbed, 0.9);
    if ((info.flags & KS_GUIDER_NEEDS_SECOND) != 0) add(question.second, 2.3);
  }
  return question;
}

inline void prepare_guiding(Host& host, std::uint32_t items, bool flow) {
  host.flow = flow;
  host.sigmas = flow ? Vector{0.97, 0.7, 0.4, 0.15, 0} : Vector{14, 5, 1.7, 0.4, 0};
  host.x = Vector(std::size_t{6} * items, 0.0);
  host.items = items;
}

// What a guider makes of a question at each noise level of one run, of two items of 2 x 4 x 4 cells.
// Ends where it fails.
inline std::vector<toy::Answer> guided_run(ks_guider& guider, const ks_guider_info& info, bool flow,
                                           double cfg) {
  constexpr std::size_t kSize = 64;
  Host host;
  prepare_guiding(host, 2, flow);
  host.x = Vector(kSize, 0.0);
  host.channels = 2;
  host.height = 4;
  toy::Guiding guiding(guider, info.stage, host);
  std::vector<toy::Answer> answers;
  for (std::size_t i = 0; i + 1 < host.sigmas.size(); ++i) {
    const auto step = static_cast<double>(i);
    toy::Question question;
    question.sigma = host.sigmas[i];
    question.cfg = cfg;
    question.x = wave(kSize, 0.1 + step, 1 + host.sigmas[i]);
    question.positive = wave(kSize, 0.5 + step);
    question.negative = wave(kSize, 1.9 + step, 0.8);
    if ((info.flags & KS_GUIDER_NEEDS_EMPTY) != 0) question.empty = wave(kSize, 3.1 + step);
    if ((info.flags & KS_GUIDER_NEEDS_PERTURBED) != 0) question.perturbed = wave(kSize, 0.9 + step);
    if ((info.flags & KS_GUIDER_NEEDS_SECOND) != 0) question.second = wave(kSize, 2.3 + step);
    answers.push_back(guiding.ask(question));
    if (answers.back().status != KS_OK) break;
  }
  return answers;
}

// The kinds of noising that it is made for: whether a flow's.
inline std::vector<bool> noisings_of(const ks_guider_info& info) {
  std::vector<bool> flows;
  if ((info.fits & KS_FITS_ADDITIVE) != 0) flows.push_back(false);
  if ((info.fits & KS_FITS_FLOW) != 0) flows.push_back(true);
  return flows;
}

}  // namespace ksampler::conformance

#endif
