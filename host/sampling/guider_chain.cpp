#include "host/sampling/guider_chain.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/sampling/torch_run.hpp"

#include <utility>

namespace ksampler {
namespace {

void check_prompts(const std::vector<ModelGuiderMade>& made) {
  const ModelGuiderMade* with_second = nullptr;
  for (const ModelGuiderMade& guider : made) {
    const std::string& id = guider.description.id;
    if (guider.description.needs_empty && guider.empty.empty()) {
      throw Error(needs_prompt(id, "empty_conditioning", "an empty"));
    }
    if (!guider.description.needs_second) continue;
    if (guider.second.empty()) {
      throw Error(needs_prompt(id, "second_conditioning", "a second"));
    }
    if (with_second != nullptr) {
      throw Error(sentence("guider {} and guider {} have a second prompt each; a model takes one",
                           quote(with_second->description.id), quote(id)));
    }
    with_second = &guider;
  }
}

}  // namespace

std::vector<ModelGuiderMade> make_guiders(const Registry& registry,
                                          const std::vector<ModelGuider>& guiders) {
  std::vector<ModelGuiderMade> made;
  for (const ModelGuider& guider : guiders) {
    std::vector<NamedParam> params;
    for (const auto& [id, value] : guider.params) params.push_back({id, value});
    made.push_back({{*registry.guider(guider.name).guider,
                     std::make_shared<GuiderInstance>(registry.make_guider(guider.name, params))},
                    guider.empty,
                    guider.second,
                    guider.second_is_negative});
  }
  check_prompts(made);
  return made;
}

GuiderChain::GuiderChain(std::vector<ModelGuiderMade> guiders, double cfg, const AbiRunSettings& run,
                         const at::Tensor& prototype)
    : made_(std::move(guiders)),
      guiders_({made_.begin(), made_.end()}, cfg, run, torch_spaces(prototype)) {}

const ConditioningList* GuiderChain::empty() const {
  const std::optional<std::size_t> asks = guiders_.asks_empty();
  return asks ? &made_[*asks].empty : nullptr;
}

const ModelGuiderMade* GuiderChain::with_second() const {
  const std::optional<std::size_t> asks = guiders_.asks_second();
  return asks ? &made_[*asks] : nullptr;
}

void GuiderChain::guide(const Predictions& predictions, double sigma, at::Tensor& denoised) {
  const auto of = [](const at::Tensor* tensor) {
    return tensor == nullptr ? RunTensor{} : run_tensor(*tensor);
  };
  const RunTensor x = of(predictions.x), positive = of(predictions.positive),
                  negative = of(predictions.negative), empty = of(predictions.empty),
                  perturbed = of(predictions.perturbed), second = of(predictions.second);
  const auto or_null = [](const at::Tensor* given, const RunTensor& tensor) {
    return given == nullptr ? nullptr : &tensor;
  };
  guiders_.guide(
      {&x, &positive, or_null(predictions.negative, negative), or_null(predictions.empty, empty),
       or_null(predictions.perturbed, perturbed), or_null(predictions.second, second)},
      sigma, run_tensor(denoised));
}

}  // namespace ksampler
