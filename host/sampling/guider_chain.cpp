#include "host/sampling/guider_chain.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/sampling/run_companion.hpp"
#include "host/tensor/lincomb.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ksampler {

std::vector<MadeGuider> make_guiders(const Registry& registry,
                                     const std::vector<ModelGuider>& guiders) {
  std::vector<MadeGuider> made;
  for (const ModelGuider& guider : guiders) {
    std::vector<NamedParam> params;
    for (const auto& [id, value] : guider.params) params.push_back({id, value});
    made.push_back({*registry.guider(guider.name).guider,
                    std::make_shared<GuiderInstance>(registry.make_guider(guider.name, params)),
                    guider.empty});
    if (made.back().description.needs_empty && guider.empty.empty()) {
      throw Error(sentence("guider {} needs 'empty_conditioning': the conditioning of an empty prompt",
                           quote(guider.name)));
    }
  }
  return made;
}

// One guider in the run.
struct GuiderChain::Link {
  MadeGuider made;
  RunCompanion<ks_guider> companion;

  Link(MadeGuider made_, const AbiRunSettings& settings, const at::Tensor& prototype)
      : made(std::move(made_)),
        companion(sentence("guider {}", quote(made.description.id)), made.instance, settings,
                  prototype) {}
};

GuiderChain::GuiderChain(std::vector<MadeGuider> guiders, double cfg, const AbiRunSettings& run,
                         const at::Tensor& prototype)
    : cfg_(cfg) {
  std::stable_sort(guiders.begin(), guiders.end(), [](const MadeGuider& a, const MadeGuider& b) {
    return a.description.stage < b.description.stage;
  });
  for (MadeGuider& guider : guiders) {
    // Of those that combine the last one stands.
    const bool combines = guider.description.stage == GuiderStage::combines;
    if (combines && !links_.empty() && links_.back()->made.description.stage == GuiderStage::combines) {
      links_.pop_back();
    }
    AbiRunSettings settings = run;
    settings.asker = Asker::guider;
    links_.push_back(std::make_unique<Link>(std::move(guider), settings, prototype));
  }
  for (const auto& link : links_) link->companion.begin();
}

GuiderChain::~GuiderChain() = default;

bool GuiderChain::asks_negative() const {
  return cfg_ != 1.0 || std::any_of(links_.begin(), links_.end(), [](const auto& link) {
           return !link->made.description.positive_alone_at_1;
         });
}

const ConditioningList* GuiderChain::empty() const {
  for (const auto& link : links_) {
    if (link->made.description.needs_empty) return &link->made.empty;
  }
  return nullptr;
}

std::uint64_t GuiderChain::waits() const {
  std::uint64_t waits = 0;
  for (const auto& link : links_) waits += link->companion.host().waits;
  return waits;
}

void GuiderChain::guide_with(Link& link, const Predictions& predictions, double sigma, double& cfg,
                             at::Tensor* denoised) {
  HostRun& host = link.companion.host();
  TensorSpace& space = host.space;
  const auto handle = [&](const at::Tensor* tensor) {
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
  ks_guider* const guider = link.companion.object();
  link.companion.call(sentence(" at sigma {:f}", sigma),
                      [&] { return guider->guide(guider, &host.abi, &guidance); });
  if (!std::isfinite(guidance.cfg)) {
    throw Error(sentence("guider {} set cfg to {:f}; expected a finite number",
                         quote(link.made.description.id), guidance.cfg));
  }
  if (denoised == nullptr) cfg = guidance.cfg;
  for (ks_tensor* given :
       {x, guidance.positive, guidance.negative, guidance.empty, guidance.denoised}) {
    space.release(given);
  }
}

void GuiderChain::guide(const Predictions& predictions, double sigma, at::Tensor& denoised) {
  bool combined = false;
  double cfg = cfg_;  // a guider may change it for those that come after
  const auto combine = [&] {
    combined = true;
    if (predictions.negative == nullptr || cfg == 1.0) {
      denoised.copy_(*predictions.positive);
    } else {
      const at::Tensor* const both[] = {predictions.positive, predictions.negative};
      lincomb(denoised, std::array{cfg, 1.0 - cfg}, both);
    }
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
