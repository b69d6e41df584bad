// SPDX-License-Identifier: Apache-2.0
//
// Everything for writing a guider in C++:
//
//   #include <ks/guider.hpp>
//
//   struct RescaleCfg {
//     static constexpr ks::GuiderInfo info = {.id = "rescale_cfg", .title = "RescaleCFG", ...};
//     void guide(ks::Guidance& g) { ... g.denoised = ...; }
//   };
//   KS_GUIDER(RescaleCfg)
//
// The object that guide() is called on begins anew with each run, its parameters set: what it keeps in
// its members is of that run alone. \since 1.1
#ifndef KS_GUIDER_HPP
#define KS_GUIDER_HPP

#include <ks/guider.h>
#include <ks/expression.hpp>
#include <ks/plugin.hpp>
#include <ks/run.hpp>
#include <ks/running.hpp>
#include <ks/sampler.hpp>

#include <cstdint>

namespace ks {

// The place of a guider in the chain.
enum class Stage : std::uint32_t {
  before = KS_GUIDER_BEFORE,      // changes the predictions
  combines = KS_GUIDER_COMBINES,  // makes one of them
  after = KS_GUIDER_AFTER,        // changes what was combined
};

// What a host and a user must know of a guider. See ks/guider.h for the meaning of each.
struct GuiderInfo {
  const char* id;       // "rescale_cfg": lower case letters, digits and '_'
  const char* title;    // "RescaleCFG"
  const char* summary;  // one sentence
  const char* source;   // paper, equation or page
  Stage stage = Stage::combines;
  bool positive_alone_at_1 = false;  // at cfg 1 it needs no negative prediction
  bool needs_empty = false;          // takes a prediction for an empty prompt
  bool needs_perturbed = false;      // takes a prediction of the weakened network. \since 1.2
  bool needs_second = false;         // takes a prediction for a second prompt. \since 1.2
  Fits fits = Fits::all;
};

// One question: the predictions for one call of the model. Each tensor is the host's.
class Guidance {
 public:
  Guidance(const Run& run, const ks_guidance* guidance)
      : x(borrowed(run, const_cast<ks_tensor*>(guidance->x))),
        positive(borrowed(run, guidance->positive)),
        negative(borrowed(run, guidance->negative)),
        empty(borrowed(run, guidance->empty)),
        denoised(borrowed(run, guidance->denoised)),
        perturbed(borrowed(run, perturbed_of(guidance))),
        second(borrowed(run, second_of(guidance))),
        sigma(guidance->sigma),
        cfg(guidance->cfg),
        call(guidance->call),
        run_(run) {}

  const Tensor x;    // the noisy latent
  Tensor positive;   // D(x, sigma) for the positive prompt; written to in Stage::before
  Tensor negative;   // likewise; not to be used where has_negative() is false
  Tensor empty;      // likewise, of a guider that needs it
  Tensor denoised;   // the result; not to be used in Stage::before
  Tensor perturbed;  // like `positive`, of a guider that needs it. \since 1.2
  Tensor second;     // likewise
  const double sigma;
  double cfg;                // the pipeline's; Stage::before may set it, for those that come after
  const std::uint32_t call;  // of the run, from 0

  bool has_negative() const { return negative.handle() != nullptr; }
  // Noise levels, the model, and tensors to work with; asks the model for nothing.
  const Run& run() const { return run_; }

 private:
  // In a host of 1.1 there are no such members.
  static ks_tensor* perturbed_of(const ks_guidance* guidance) {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): it is the pointer's size that is meant
    return KS_HAS(ks_guidance, guidance, perturbed) ? guidance->perturbed : nullptr;
  }
  static ks_tensor* second_of(const ks_guidance* guidance) {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): likewise
    return KS_HAS(ks_guidance, guidance, second) ? guidance->second : nullptr;
  }
  static Tensor borrowed(const Run& run, ks_tensor* handle) { return {run.abi(), handle, true}; }

  const Run& run_;
};

namespace detail {

template <typename T>
const ks_guider_info* guider_info() {
  static_assert(KS_PLUGIN_ABI_MINOR >= 2 || !T::info.needs_perturbed,
                "needs_perturbed is of ABI 1.2: this plugin says that it loads in older hosts");
  static_assert(KS_PLUGIN_ABI_MINOR >= 2 || !T::info.needs_second,
                "needs_second is of ABI 1.2: this plugin says that it loads in older hosts");
  static const ParamList<T> params;
  static const ks_guider_info info = {
      .size = sizeof(ks_guider_info),
      .flags = flag(T::info.positive_alone_at_1, KS_GUIDER_POSITIVE_ALONE_AT_1) |
               flag(T::info.needs_empty, KS_GUIDER_NEEDS_EMPTY) |
               flag(T::info.needs_perturbed, KS_GUIDER_NEEDS_PERTURBED) |
               flag(T::info.needs_second, KS_GUIDER_NEEDS_SECOND),
      .id = T::info.id,
      .title = T::info.title,
      .summary = T::info.summary,
      .source = T::info.source,
      .stage = static_cast<std::uint32_t>(T::info.stage),
      .fits = static_cast<std::uint32_t>(T::info.fits),
      .params = params.pointers.data(),
      .param_count = ParamList<T>::count,
      .reserved = 0};
  return &info;
}

template <typename T>
ks_status create_guider(const void*, const ks_host* host, const ks_value* values, std::uint32_t count,
                        ks_guider** guider) {
  using Boxed = BoxedRunning<T, ks_guider>;
  ks_guider base{};
  base.guide = [](ks_guider* self, const ks_run* run, ks_guidance* guidance) {
    return Boxed::inside(run, [&] {
      Guidance wrapped(Boxed::of(self).run(), guidance);
      Boxed::of(self).object().guide(wrapped);
      guidance->cfg = wrapped.cfg;
    });
  };
  return Boxed::make(host, values, count, base, guider);
}

using GuiderEntry = Registered<ks_guider_info, ks_guider>;

}  // namespace detail
}  // namespace ks

// Puts a class into the plugin that its file is compiled into.
#define KS_GUIDER(Class)                                                        \
  namespace {                                                                   \
  [[maybe_unused]] const ::ks::detail::GuiderEntry ks_entry_of_##Class(         \
      ::ks::detail::guider_info<Class>(), &::ks::detail::create_guider<Class>); \
  }

#endif
