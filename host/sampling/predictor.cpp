#include "host/sampling/predictor.hpp"

#include "host/base/error.hpp"
#include "host/sampling/masks.hpp"
#include "host/tensor/lincomb.hpp"

#include <ATen/Functions.h>

#include <array>
#include <optional>

namespace ksampler {
namespace {

// Where nothing is active, a sum of 0 is divided by this: 0, not NaN.
constexpr double kNoWeight = 1e-37;

std::int64_t size(const Area& area) { return area.height * area.width; }

bool contains(const Area& outer, const Area& inner) {
  return inner.y >= outer.y && inner.x >= outer.x && inner.y + inner.height <= outer.y + outer.height &&
         inner.x + inner.width <= outer.x + outer.width;
}

// The smallest entry that covers `area`; one without an area covers everything, and is the largest.
const Conditioning* smallest_covering(const ConditioningList& list, const Area& area) {
  const Conditioning* smallest = nullptr;
  for (const Conditioning& candidate : list) {
    if (candidate.area && !contains(*candidate.area, area)) continue;
    const bool smaller =
        smallest == nullptr ||
        (candidate.area && (!smallest->area || size(*candidate.area) < size(*smallest->area)));
    if (smaller) smallest = &candidate;
  }
  return smallest;
}

// Guidance compares predictions place by place: where one list has an area, each other list gets an
// entry over the same area, with the content of its smallest entry that covers it (ComfyUI).
void match_areas(Guidance& guidance) {
  for (std::size_t from = 0; from < guidance.size(); ++from) {
    for (std::size_t i = 0; i < guidance[from].conditioning.size(); ++i) {
      const Conditioning original = guidance[from].conditioning[i];
      if (!original.area) continue;
      for (std::size_t to = 0; to < guidance.size(); ++to) {
        ConditioningList& list = guidance[to].conditioning;
        const Conditioning* covering = to == from ? nullptr : smallest_covering(list, *original.area);
        if (covering == nullptr || covering->area == original.area) continue;
        Conditioning added = original;
        added.take_content(*covering);
        list.push_back(std::move(added));
      }
    }
  }
}

// What a list's prediction is to guiders.
using Place = at::Tensor* Predictions::*;

// Controls of the positive that hold for the others, too (ControlNetApply): each goes to a conditioning
// that has none, in turn, unless some have their own (ComfyUI).
void share_controls(Guidance& lists) {
  std::vector<const Conditioning*> given;
  for (const Conditioning& each : lists.front().conditioning) {
    if (each.controls_negative && !each.area && !each.controls.empty()) given.push_back(&each);
  }
  for (std::size_t k = 1; k < lists.size() && !given.empty(); ++k) {
    std::vector<Conditioning>& others = lists[k].conditioning;
    std::vector<std::size_t> without;
    bool own = false;
    for (std::size_t i = 0; i < others.size(); ++i) {
      if (others[i].area) continue;
      own = own || !others[i].controls.empty();
      if (others[i].controls.empty()) without.push_back(i);
    }
    if (own || without.empty()) continue;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const std::size_t at = without[i % without.size()];
      Conditioning changed = others[at];
      changed.controls = given[i]->controls;
      if (i < without.size()) {
        others[at] = std::move(changed);
      } else {
        others.push_back(std::move(changed));
      }
    }
  }
}

// What is asked of the model: of the guidance, the positive list and then the negative, and what
// guiders need besides.
struct Questions {
  Guidance lists;
  std::vector<Place> places;

  void add(GuidedList list, Place place) {
    lists.push_back(std::move(list));
    places.push_back(place);
  }
};

Questions questions_of(const Guidance& guidance, const GuiderChain* chain, const Denoiser& model) {
  Questions questions;
  for (const GuidedList& list : guidance) {
    questions.add(list, questions.lists.empty() ? &Predictions::positive : &Predictions::negative);
  }
  if (chain == nullptr) return questions;
  if (chain->empty() != nullptr) {
    questions.add({.conditioning = *chain->empty(), .negative = true}, &Predictions::empty);
  }
  if (chain->asks_perturbed()) {
    if (!model.perturbs()) {
      throw Error(
          "a guider needs a prediction of this model weakened (needs_perturbed), and that is known of "
          "UNets with attention in their middle alone, as those of SD 1, SD 2 and SDXL");
    }
    GuidedList weakened = guidance.front();
    weakened.perturbed = true;
    questions.add(std::move(weakened), &Predictions::perturbed);
  }
  if (const ModelGuiderMade* guider = chain->with_second()) {
    // What is led away from at last is what CFG++ renoises with, and no other.
    if (guider->second_is_negative) {
      for (GuidedList& list : questions.lists) list.unconditional = false;
    }
    questions.add({.conditioning = guider->second,
                   .unconditional = guider->second_is_negative,
                   .negative = guider->second_is_negative},
                  &Predictions::second);
  }
  return questions;
}

// A conditioning, made ready for latents of one shape.
struct Entry {
  Conditioning conditioning;
  Area area;
  bool plain = true;  // the whole latent with one weight
  at::Tensor weight;  // [B,C,h,w]; undefined where plain
  at::Tensor crop;    // a buffer for x in the area; undefined where it is all of x
  at::Tensor answer;  // what the model says
  std::optional<double> first_sigma;
  std::optional<double> last_sigma;

  bool active_at(double sigma) const {
    return !(first_sigma && sigma > *first_sigma) && !(last_sigma && sigma < *last_sigma);
  }
};

struct List {
  std::vector<Entry> entries;
  double weight = 0;
  bool unconditional = false;
  Place place = nullptr;
  bool asked = true;
  at::Tensor sum;  // where several entries, areas or masks meet
  at::Tensor weights;
  const at::Tensor* prediction = nullptr;  // of the latest call
};

at::Tensor in_area(const at::Tensor& tensor, const Area& area) {
  return tensor.narrow(2, area.y, area.height).narrow(3, area.x, area.width);
}

}  // namespace

SizeConditioning size_of_picture(at::IntArrayRef latent, std::int64_t cell) {
  const std::int64_t width = cell * latent[3];
  const std::int64_t height = cell * latent[2];
  return {.width = width, .height = height, .target_width = width, .target_height = height};
}

struct Predictor::State {
  std::shared_ptr<const Denoiser> model;
  std::vector<List> lists;
  at::Tensor zeros;
  std::uint64_t calls = 0;
  GuiderChain* chain = nullptr;
  // Scratch of a call, kept so that none is allocated.
  std::vector<std::pair<Entry*, DenoiseRequest>> asked;
  std::vector<DenoiseRequest> requests;

  void ask_model(const at::Tensor& x, double sigma);
  void add_up(List& list, double sigma);
  void guide(const at::Tensor& x, double sigma, at::Tensor& denoised);
};

Predictor::Predictor(std::shared_ptr<const Denoiser> model, const Guidance& guidance,
                     const at::Tensor& prototype, bool split, GuiderChain* chain,
                     const at::Tensor& noise_mask)
    : state_(std::make_unique<State>()) {
  state_->model = std::move(model);
  state_->chain = chain;
  const at::IntArrayRef shape = prototype.sizes();
  const ModelSampling& sampling = state_->model->sampling();
  Questions questions = questions_of(guidance, chain, *state_->model);
  Guidance& matched = questions.lists;
  for (GuidedList& guided : matched) {
    for (Conditioning& conditioning : guided.conditioning) {
      if (conditioning.area_share) conditioning.area = cells_of(*conditioning.area_share, shape);
      if (conditioning.area_of_mask && conditioning.mask.defined()) {
        conditioning.area = bounds_of(fit_mask(conditioning.mask, shape));
      }
      // Of the whole picture, also where the text holds in a part of it (ComfyUI).
      if (!conditioning.size)
        conditioning.size = size_of_picture(shape, state_->model->latents().pixels);
    }
  }
  match_areas(matched);
  share_controls(matched);
  const at::Tensor mask =
      noise_mask.defined() ? fit_mask(noise_mask, shape).to(prototype.device()) : at::Tensor();
  for (std::size_t i = 0; i < matched.size(); ++i) {
    GuidedList& guided = matched[i];
    List list;
    list.weight = guided.weight;
    list.unconditional = guided.unconditional;
    list.place = questions.places[i];
    const bool needed = chain == nullptr
                            ? guided.weight != 0.0
                            : list.place != &Predictions::negative || chain->asks_negative();
    list.asked = needed || (split && guided.unconditional);
    for (Conditioning& conditioning : guided.conditioning) {
      Entry entry;
      entry.conditioning = std::move(conditioning);
      entry.conditioning.negative = guided.negative;
      entry.conditioning.perturbed = guided.perturbed;
      const Conditioning& c = entry.conditioning;
      entry.area = area_in(c, shape);
      entry.plain = !c.area && !c.mask.defined() && c.strength != 0.0;
      if (list.asked) {
        const at::Tensor concat = state_->model->concat(c, prototype, mask);
        if (concat.defined()) entry.conditioning.concat = in_area(concat, entry.area);
        state_->model->make_ready(entry.conditioning.controls, entry.area.height, entry.area.width);
        if (!entry.plain) entry.weight = weight_in(c, entry.area, shape, prototype.options());
        if (c.area)
          entry.crop =
              at::empty({shape[0], shape[1], entry.area.height, entry.area.width}, prototype.options());
        entry.answer =
            at::empty({shape[0], shape[1], entry.area.height, entry.area.width}, prototype.options());
      }
      if (c.start_percent) entry.first_sigma = sampling.percent_to_sigma(*c.start_percent);
      if (c.end_percent) entry.last_sigma = sampling.percent_to_sigma(*c.end_percent);
      list.entries.push_back(std::move(entry));
    }
    if (list.asked && (chain != nullptr || list.entries.size() > 1 ||
                       (list.entries.size() == 1 && !list.entries[0].plain))) {
      list.sum = at::empty_like(prototype);
      list.weights = at::empty_like(prototype);
    }
    state_->lists.push_back(std::move(list));
  }
  state_->zeros = at::zeros_like(prototype);
}

Predictor::~Predictor() = default;

std::uint64_t Predictor::model_calls() const { return state_->calls; }

void Predictor::State::ask_model(const at::Tensor& x, double sigma) {
  asked.clear();
  for (List& list : lists) {
    if (!list.asked) continue;
    for (Entry& entry : list.entries) {
      if (!entry.active_at(sigma)) continue;
      if (entry.crop.defined()) entry.crop.copy_(in_area(x, entry.area));
      asked.push_back(
          {&entry, {entry.crop.defined() ? &entry.crop : &x, &entry.conditioning, &entry.answer}});
    }
  }
  // One call for all that are of one shape, in the order of their first.
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (asked[i].first == nullptr) continue;
    const Area& area = asked[i].first->area;
    requests.clear();
    for (std::size_t k = i; k < asked.size(); ++k) {
      Entry*& entry = asked[k].first;
      if (entry == nullptr ||
          (k != i && (entry->area.height != area.height || entry->area.width != area.width)))
        continue;
      requests.push_back(asked[k].second);
      if (k != i) entry = nullptr;
    }
    model->denoise(requests, sigma);
    ++calls;
  }
}

void Predictor::State::add_up(List& list, double sigma) {
  Entry* only = nullptr;
  std::size_t active = 0;
  for (Entry& entry : list.entries) {
    if (!entry.active_at(sigma)) continue;
    only = &entry;
    ++active;
  }
  if (active == 0) {
    list.prediction = &zeros;
    if (chain == nullptr) return;
    list.prediction = &list.sum.zero_();  // a guider may write to it
    return;
  }
  if (active == 1 && only->plain) {
    list.prediction = &only->answer;
    return;
  }
  list.sum.zero_();
  list.weights.fill_(kNoWeight);
  for (Entry& entry : list.entries) {
    if (!entry.active_at(sigma)) continue;
    if (entry.plain) {
      list.sum.add_(entry.answer, entry.conditioning.strength);
      list.weights.add_(entry.conditioning.strength);
    } else {
      in_area(list.sum, entry.area).addcmul_(entry.answer, entry.weight);
      in_area(list.weights, entry.area).add_(entry.weight);
    }
  }
  list.sum.div_(list.weights);
  list.prediction = &list.sum;
}

// Each list's prediction is a buffer of this call: a guider may change it.
void Predictor::State::guide(const at::Tensor& x, double sigma, at::Tensor& denoised) {
  Predictions predictions{&x, nullptr, nullptr, nullptr, nullptr};
  for (List& list : lists) {
    if (!list.asked) continue;
    add_up(list, sigma);
    predictions.*list.place = const_cast<at::Tensor*>(list.prediction);
  }
  chain->guide(predictions, sigma, denoised);
}

void Predictor::predict(const at::Tensor& x, double sigma, at::Tensor& denoised,
                        at::Tensor* unconditional) {
  // Sigmas are float32 in the reference, and ranges are decided on that value, widened.
  sigma = static_cast<double>(static_cast<float>(sigma));
  state_->ask_model(x, sigma);
  if (state_->chain != nullptr) {
    state_->guide(x, sigma, denoised);
    if (unconditional == nullptr) return;
    unconditional->zero_();
    for (const List& list : state_->lists) {
      if (list.asked && list.unconditional) unconditional->copy_(*list.prediction);
    }
    return;
  }

  std::array<double, 4> weights{};
  std::array<const at::Tensor*, 4> predictions{};
  std::size_t count = 0;
  if (unconditional != nullptr) unconditional->zero_();
  for (List& list : state_->lists) {
    if (!list.asked) continue;
    state_->add_up(list, sigma);
    if (list.weight != 0.0) {
      weights.at(count) = list.weight;
      predictions.at(count++) = list.prediction;
    }
    if (unconditional != nullptr && list.unconditional) unconditional->copy_(*list.prediction);
  }
  lincomb(denoised, std::span(weights).first(count), std::span(predictions).first(count));
}

}  // namespace ksampler
