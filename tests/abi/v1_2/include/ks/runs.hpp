// SPDX-License-Identifier: Apache-2.0
//
// A sampler around another one, and steps at another height and width:
//
//   static constexpr ks::SamplerInfo info = {..., .inside = "dpmpp_2m"};   // or what the pipeline
//   names
//   ...
//   const ks::Inside inside(run);
//   inside.sample(x, run.sigmas(), 0, 20);   // all 20 steps of a run, by the other sampler
//   ks::Tensor small = inside.resized(x, height, width, ks::Resize::spectral);
//
// A sized tensor goes wherever others of its size do: small = 0.5 * small, run.denoise(small, sigma).
// Needs a host with "ks.runs/1". \since 1.1
#ifndef KS_RUNS_HPP
#define KS_RUNS_HPP

#include <ks/runs.h>
#include <ks/run.hpp>

#include <cstdint>
#include <span>
#include <stdexcept>

#if KS_PLUGIN_ABI_MINOR < 1
#error \
    "ks/runs.hpp needs ABI 1.1, and this plugin says that it loads in hosts of ABI 1.0: take that out of ks_add_plugin()"
#endif

namespace ks {

// See ks/runs.h.
enum class Resize : std::uint32_t {
  area = KS_RESIZE_AREA,
  bilinear = KS_RESIZE_BILINEAR,
  spectral = KS_RESIZE_SPECTRAL,
};

// The sampler inside of this one, and other sizes.
class Inside {
 public:
  // Throws where the host has none of this.
  explicit Inside(const Run& run)
      : run_(run.abi()), table_(static_cast<const ks_runs*>(run_->extension(run_, KS_RUNS_1))) {
    if (table_ == nullptr)
      throw std::runtime_error("this host has no runs inside of runs (" KS_RUNS_1 ")");
  }

  // Takes `x` from the first of `sigmas` to the last, in place. The run reports this as its `steps`
  // steps from `step` on.
  void sample(Tensor& x, std::span<const double> sigmas, std::uint32_t step,
              std::uint32_t steps) const {
    check(table_->sample(run_, x.handle(), sigmas.data(), static_cast<std::uint32_t>(sigmas.size()),
                         step, steps));
  }

  // A tensor of that size to be written to; contents undefined.
  Tensor tensor(std::uint32_t height, std::uint32_t width) const {
    if (height == 0 || width == 0) throw std::invalid_argument("a tensor of no cells");
    return {run_, Cells{height, width}};
  }

  // A tensor at another size.
  Tensor resized(const Tensor& tensor, std::uint32_t height, std::uint32_t width, Resize how) const {
    Tensor made = this->tensor(height, width);
    check(table_->resize(run_, made.handle(), tensor.handle(), static_cast<std::uint32_t>(how)));
    return made;
  }

 private:
  const ks_run* run_;
  const ks_runs* table_;
};

}  // namespace ks

#endif
