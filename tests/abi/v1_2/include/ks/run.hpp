// SPDX-License-Identifier: Apache-2.0
//
// A sampling run in C++: sigmas, the model, noise, progress. See ks/run.h for the contracts.
#ifndef KS_RUN_HPP
#define KS_RUN_HPP

#include <ks/math.hpp>
#include <ks/tensor.hpp>

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace ks {

// A step of a schedule: from sigma to sigma_next.
struct Step {
  std::uint32_t index;  // from 0
  double sigma;
  double sigma_next;
};

// The steps of a schedule, for `for (auto [i, sigma, sigma_next] : run.steps())`.
class Steps {
 public:
  // Of noise levels, one more than there are steps.
  explicit Steps(std::span<const double> sigmas) : sigmas_(sigmas) {}

  // Goes over the steps.
  class Iterator {
   public:
    Iterator(const double* sigmas, std::uint32_t index) : sigmas_(sigmas), index_(index) {}
    Step operator*() const { return {index_, sigmas_[index_], sigmas_[index_ + 1]}; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    const double* sigmas_;
    std::uint32_t index_;
  };

  Iterator begin() const { return {sigmas_.data(), 0}; }
  Iterator end() const { return {sigmas_.data(), static_cast<std::uint32_t>(sigmas_.size() - 1)}; }

 private:
  std::span<const double> sigmas_;
};

// What a model was trained for: its noise levels and how it mixes noise in.
class Model {
 public:
  // Of the ABI's description, which must outlive it.
  explicit Model(const ks_model_sampling* model) : model_(model) {}

  // Rectified flow: x = (1 - sigma) * x0 + sigma * noise.
  bool is_flow() const { return model_->noising == KS_NOISING_FLOW; }
  // The table of noise levels, rising.
  std::span<const double> sigmas() const { return {model_->sigmas, model_->sigma_count}; }
  double sigma_min() const { return model_->sigma_min; }
  double sigma_max() const { return model_->sigma_max; }
  // The noise level at a timestep, between the table's entries too.
  double sigma(double timestep) const { return model_->sigma(model_->context, timestep); }
  double timestep(double sigma) const { return model_->timestep(model_->context, sigma); }
  // The noise level at which a fraction of the way from noise to image lies behind.
  double percent_to_sigma(double percent) const {
    return model_->percent_to_sigma(model_->context, percent);
  }

 private:
  const ks_model_sampling* model_;
};

// What the pipeline asks for, besides noise levels. \since 1.1
struct Task {
  std::uint32_t items = 0;  // the latent's shape; all 0 in a schedule for no latent yet
  std::uint32_t channels = 0;
  std::uint32_t height = 0;  // in cells of the latent
  std::uint32_t width = 0;
  double cfg = 0;           // the guidance scale; see ks/task.h
  std::string family = {};  // of the model, such as "sdxl"; empty where it has none

  // Of the ABI's.
  static Task of(const ks_task* task) {
    return {task->items, task->channels, task->height, task->width, task->cfg, task->family};
  }
};

// Both predictions of a guided model, for CFG++.
struct Split {
  Tensor denoised;       // guided, as denoise() gives it
  Tensor unconditional;  // for the negative prompt alone
};

// One sampling run: what sample() is given.
class Run {
 public:
  // Of the ABI's run, which must outlive it.
  explicit Run(const ks_run* run) : run_(run) {
    for (double sigma : std::span(run->sigmas, run->steps + 1ul)) {
      if (sigmas_.empty() || sigma != sigmas_.back()) sigmas_.push_back(sigma);
    }
  }

  // Noise levels, one more than steps; usually falling to 0. Steps of no length are left out, so that
  // a sampler never divides by one; where all levels are equal there is no step at all.
  std::span<const double> sigmas() const { return sigmas_; }
  Steps steps() const { return Steps(sigmas()); }
  Model model() const { return Model(run_->model); }
#if KS_PLUGIN_ABI_MINOR >= 1
  // The latent's shape, cfg, and the family of the model. \since 1.1
  Task task() const { return Task::of(run_->task); }
#endif
  // The time of the exponential solvers, as the model mixes noise in.
  HalfLogSnr snr() const { return {model().is_flow()}; }

  // Takes the first noise level a little below 1 with a flow model, where lambda would be infinite.
  // For solvers in lambda, before anything else.
  void offset_first_sigma() {
    if (!model().is_flow() || sigmas_.front() < 1) return;
    sigmas_.front() = static_cast<float>(model().percent_to_sigma(1e-4));
  }

  // For samplers that cannot go up: throws where a step rises. Putting noise back is what mostly
  // cannot, as there is no room for it then. `remedy`: what the user may do, such as "set eta to 0".
  void require_falling(const char* remedy, const char* what = "putting noise back") const {
    for (auto [i, sigma, sigma_next] : steps()) {
      if (sigma_next <= sigma) continue;
      throw std::runtime_error(std::string(what) + " needs falling sigmas, and " +
                               std::to_string(sigma_next) + " comes after " + std::to_string(sigma) +
                               "; " + remedy);
    }
  }

  // A tensor to be written to; contents undefined.
  Tensor tensor() const { return Tensor(run_); }

  // Makes room for `count` tensors alive at once. A multistep sampler says so at its start: its first
  // steps hold fewer tensors than the later ones, which should not have to allocate.
  void reserve(std::size_t count) const {
    std::vector<Tensor> tensors;
    tensors.reserve(count);
    while (tensors.size() < count) tensors.push_back(tensor());
  }

  // D(x, sigma): the model's estimate of the clean latent. Takes an expression too.
  Tensor denoise(const Tensor& x, double sigma) const {
    Tensor denoised(run_, x.cells());
    check(run_->denoise(run_, x.handle(), sigma, denoised.handle()));
    return denoised;
  }

  // The same, and the unconditional prediction. Needs `.unconditional = true` in the sampler's info.
  Split denoise_split(const Tensor& x, double sigma) const {
    Split split{Tensor(run_, x.cells()), Tensor(run_, x.cells())};
    check(run_->denoise_split(run_, x.handle(), sigma, split.denoised.handle(),
                              split.unconditional.handle()));
    return split;
  }

  // Noise of unit variance, of the kind declared in the sampler's info.
  Tensor noise(double sigma, double sigma_next) const {
    Tensor noise(run_);
    check(run_->noise(run_, sigma, sigma_next, noise.handle()));
    return noise;
  }

  // Splits a step into a deterministic part and fresh noise, as the model's noising wants it.
  AncestralStep ancestral_step(double sigma, double sigma_next, double eta) const {
    return model().is_flow() ? ks::flow_ancestral_step(sigma, sigma_next, eta)
                             : ks::ancestral_step(sigma, sigma_next, eta);
  }

  // Reports step `index`; throws when the user cancelled.
  void step(std::uint32_t index, double sigma, const Tensor& x, const Tensor& denoised) const {
    const ks_step step{sizeof(ks_step), index, sigma, x.handle(), denoised.handle()};
    check(run_->step(run_, &step));
  }

  // Root mean square over all elements. Waits for the device.
  double norm(const Tensor& tensor) const {
    double result = 0;
    check(run_->tensors->norm(run_, tensor.handle(), &result));
    return result;
  }

  // Error of an adaptive step; see ks_tensor_ops.error_norm. Waits for the device.
  double error_norm(const Tensor& low, const Tensor& high, const Tensor& previous, double atol,
                    double rtol) const {
    double result = 0;
    check(run_->tensors->error_norm(run_, low.handle(), high.handle(), previous.handle(), atol, rtol,
                                    &result));
    return result;
  }

  const ks_run* abi() const { return run_; }

 private:
  const ks_run* run_;
  std::vector<double> sigmas_;
};

}  // namespace ks

#endif
