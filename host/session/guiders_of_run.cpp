#include "host/session/guiders_of_run.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace ksampler {

// One guider in the run.
struct GuidersOfRun::Link {
  MadeGuider made;
  std::size_t place;  // among those that were given
  RunCompanion<ks_guider> companion;

  Link(const MadeGuider& made_, std::size_t place_, const AbiRunSettings& settings,
       std::unique_ptr<Space> space)
      : made(made_),
        place(place_),
        companion(sentence("guider {}", quote(made.description.id)), made.instance, settings,
                  std::move(space)) {}
};

GuidersOfRun::GuidersOfRun(const std::vector<MadeGuider>& guiders, double cfg,
                           const AbiRunSettings& run, const MakeSpace& make_space)
    : space_(make_space()), cfg_(cfg) {
  std::vector<std::size_t> order(guiders.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return guiders[a].description.stage < guiders[b].description.stage;
  });
  for (const std::size_t place : order) {
    // Of those that combine the last one stands.
    const bool combines = guiders[place].description.stage == GuiderStage::combines;
    if (combines && !links_.empty() && links_.back()->made.description.stage == GuiderStage::combines) {
      links_.pop_back();
    }
    AbiRunSettings settings = run;
    settings.asker = Asker::guider;
    links_.push_back(std::make_unique<Link>(guiders[place], place, settings, make_space()));
  }
  for (const auto& link : links_) link->companion.begin();
}

GuidersOfRun::~GuidersOfRun() = default;

bool GuidersOfRun::asks_negative() const {
  return cfg_ != 1.0 || std::any_of(links_.begin(), links_.end(), [](const auto& link) {
           return !link->made.description.positive_alone_at_1;
         });
}

std::optional<std::size_t> GuidersOfRun::first_that(bool GuiderDescription::*needs) const {
  for (const auto& link : links_) {
    if (link->made.description.*needs) return link->place;
  }
  return std::nullopt;
}

std::optional<std::size_t> GuidersOfRun::asks_empty() const {
  return first_that(&GuiderDescription::needs_empty);
}

bool GuidersOfRun::asks_perturbed() const {
  return first_that(&GuiderDescription::needs_perturbed).has_value();
}

std::optional<std::size_t> GuidersOfRun::asks_second() const {
  return first_that(&GuiderDescription::needs_second);
}

std::uint64_t GuidersOfRun::waits() const {
  std::uint64_t waits = 0;
  for (const auto& link : links_) waits += link->companion.host().waits;
  return waits;
}

void GuidersOfRun::guide_with(Link& link, const RunPredictions& predictions, double sigma, double& cfg,
                              const RunTensor* denoised) {
  HostRun& host = link.companion.host();
  Space& space = host.space;
  const auto handle = [&](const RunTensor* tensor) -> ks_tensor* {
    return tensor == nullptr ? nullptr : space.adopt(*tensor);
  };
  ks_guidance guidance{};
  guidance.size = sizeof guidance;
  guidance.call = call_;
  guidance.sigma = sigma;
  guidance.cfg = cfg;
  ks_tensor* const x = handle(predictions.x);
  guidance.x = x;
  guidance.positive = handle(predictions.positive);
  guidance.negative = handle(predictions.negative);
  guidance.empty = link.made.description.needs_empty ? handle(predictions.empty) : nullptr;
  guidance.denoised = handle(denoised);
  guidance.perturbed = link.made.description.needs_perturbed ? handle(predictions.perturbed) : nullptr;
  guidance.second = link.made.description.needs_second ? handle(predictions.second) : nullptr;
  ks_guider* const guider = link.companion.object();
  link.companion.call(sentence(" at sigma {:f}", sigma),
                      [&] { return guider->guide(guider, &host.abi, &guidance); });
  if (!std::isfinite(guidance.cfg)) {
    throw Error(Diagnostic::Kind::plugin,
                sentence("guider {} set cfg to {:f}; expected a finite number",
                         quote(link.made.description.id), guidance.cfg));
  }
  if (denoised == nullptr) cfg = guidance.cfg;
  for (ks_tensor* given : {x, guidance.positive, guidance.negative, guidance.empty, guidance.denoised,
                           guidance.perturbed, guidance.second}) {
    space.release(given);
  }
}

void GuidersOfRun::guide(const RunPredictions& predictions, double sigma, const RunTensor& denoised) {
  bool combined = false;
  double cfg = cfg_;  // a guider may change it for those that come after
  const auto combine = [&] {
    combined = true;
    const bool alone = predictions.negative == nullptr || cfg == 1.0;
    const std::array factors = {static_cast<float>(alone ? 1.0 : cfg), static_cast<float>(1.0 - cfg)};
    const std::array<const void*, 2> terms = {predictions.positive->data,
                                              alone ? nullptr : predictions.negative->data};
    const std::size_t first = !alone && factors[0] == 0.0f ? 1 : 0;  // infinity times 0 is none of it
    const std::size_t count = alone ? 1 : 2 - first;
    space_->memory().lincomb(denoised, {factors.data() + first, count}, {terms.data() + first, count});
  };
  for (const auto& link : links_) {
    const GuiderStage stage = link->made.description.stage;
    if (stage == GuiderStage::before) {
      guide_with(*link, predictions, sigma, cfg, nullptr);
      continue;
    }
    if (stage == GuiderStage::after && !combined) combine();
    combined = true;
    guide_with(*link, predictions, sigma, cfg, &denoised);
  }
  if (!combined) combine();
  ++call_;
}

}  // namespace ksampler
