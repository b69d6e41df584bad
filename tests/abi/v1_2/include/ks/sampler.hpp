// SPDX-License-Identifier: Apache-2.0
//
// Everything for writing a sampler in C++:
//
//   #include <ks/sampler.hpp>
//
//   struct Euler {
//     static constexpr ks::SamplerInfo info = {.id = "euler", .title = "Euler", ...};
//     void sample(ks::Run& run, ks::Tensor& x) const { ... }
//   };
//   KS_SAMPLER(Euler)
//
// One file a sampler; ks_add_plugin() in CMake makes a plugin of one or more of them.
#ifndef KS_SAMPLER_HPP
#define KS_SAMPLER_HPP

#include <ks/sampler.h>
#include <ks/history.hpp>
#include <ks/math.hpp>
#include <ks/plugin.hpp>
#include <ks/run.hpp>

namespace ks {

// The noise that Run::noise() hands out.
enum class Noise : std::uint32_t {
  none = KS_NOISE_NONE,            // asking for any is an error
  gaussian = KS_NOISE_GAUSSIAN,    // a generator of its own, seeded seed + 1
  brownian = KS_NOISE_BROWNIAN,    // increments of one path
  continued = KS_NOISE_CONTINUED,  // the generator of the initial noise goes on
};

// Which noisings a sampler is made for.
enum class Fits : std::uint32_t {
  additive = KS_FITS_ADDITIVE,  // x = x0 + sigma * noise
  flow = KS_FITS_FLOW,          // x = (1 - sigma) * x0 + sigma * noise
  all = KS_FITS_ADDITIVE | KS_FITS_FLOW,
};

// Model calls of a step, of the last but one, and of the last (on a schedule that ends at 0).
// All zero: not known beforehand.
struct ModelCalls {
  std::uint32_t per_step = 1;
  std::uint32_t second_last = 1;
  std::uint32_t last = 1;
};

// What a host and a user must know of a sampler. See ks/sampler.h for the meaning of each.
struct SamplerInfo {
  const char* id;                  // "dpmpp_2m": lower case letters, digits and '_'
  const char* title;               // "DPM-Solver++(2M)"
  const char* summary;             // one sentence
  const char* source;              // paper, equation or page
  std::uint32_t order = 0;         // of convergence, at eta 0 where it has one; 0: none declared
  bool stochastic = false;         // adds noise with its default parameters
  bool unconditional = false;      // calls denoise_split (CFG++)
  bool drops_penultimate = false;  // is given a step more, without the last but one sigma
  bool adaptive = false;           // chooses its own steps
  bool fresh_mask_noise = false;   // an inpaint's kept region is noised from seed + 1
  bool device_noise = false;       // noise is drawn on the latent's device
  bool no_limit = false;           // with noise it does not converge to the diffusion (TCD)
  bool leaves_noise = false;       // a run to 0 may end with a little noise
  Noise noise = Noise::none;
  Fits fits = Fits::all;
  ModelCalls model_calls = {};
  // The sampler that runs inside of this one where the pipeline names no other: see ks/runs.hpp.
  const char* inside = nullptr;
};

// The info of a variant whose noise may be drawn on the latent's device: a host that draws all noise in
// one place, for the same picture everywhere, takes no notice.
constexpr SamplerInfo with_device_noise(SamplerInfo info, const char* id, const char* title,
                                        const char* summary = nullptr) {
  info.id = id;
  info.title = title;
  if (summary != nullptr) info.summary = summary;
  info.device_noise = true;
  return info;
}

namespace detail {

constexpr std::uint32_t flag(bool set, std::uint32_t bit) { return set ? bit : 0; }

// What the ABI says of `info`. The strings and `params` are borrowed.
template <typename T>
ks_sampler_info abi_info(const SamplerInfo& info, const ParamList<T>& params) {
  return {.size = sizeof(ks_sampler_info),
          .flags = flag(info.stochastic, KS_SAMPLER_STOCHASTIC) |
                   flag(info.unconditional, KS_SAMPLER_UNCONDITIONAL) |
                   flag(info.drops_penultimate, KS_SAMPLER_DROPS_PENULTIMATE) |
                   flag(info.adaptive, KS_SAMPLER_ADAPTIVE) |
                   flag(info.fresh_mask_noise, KS_SAMPLER_FRESH_MASK_NOISE) |
                   flag(info.device_noise, KS_SAMPLER_DEVICE_NOISE) |
                   flag(info.no_limit, KS_SAMPLER_NO_LIMIT) |
                   flag(info.leaves_noise, KS_SAMPLER_LEAVES_NOISE),
          .id = info.id,
          .title = info.title,
          .summary = info.summary,
          .source = info.source,
          .order = info.order,
          .noise = static_cast<std::uint32_t>(info.noise),
          .fits = static_cast<std::uint32_t>(info.fits),
          .model_calls = info.model_calls.per_step,
          .model_calls_second_last = info.model_calls.second_last,
          .model_calls_last = info.model_calls.last,
          .params = params.pointers.data(),
          .param_count = ParamList<T>::count,
          .reserved = 0,
          .inside = info.inside};
}

template <typename T>
const ks_sampler_info* sampler_info() {
  static_assert(
      KS_PLUGIN_ABI_MINOR >= 1 ||
          (!T::info.no_limit && !T::info.leaves_noise && T::info.inside == nullptr),
      "no_limit, leaves_noise and inside came with ABI 1.1, and this plugin says that it loads "
      "in hosts of ABI 1.0");
  static const ParamList<T> params;
  static const ks_sampler_info info = abi_info<T>(T::info, params);
  return &info;
}

template <typename T>
ks_status sample(ks_sampler* sampler, const ks_run* run, ks_tensor* handle) {
  return contained([run](const char* message) { run->set_error(run, message); },
                   [&] {
                     Run wrapped(run);
                     Tensor x(run, handle, /*borrowed=*/true);
                     Boxed<T, ks_sampler>::of(sampler).sample(wrapped, x);
                   });
}

template <typename T>
ks_status create_sampler(const void*, const ks_host* host, const ks_value* values, std::uint32_t count,
                         ks_sampler** sampler) {
  using Box = Boxed<T, ks_sampler>;
  return Box::make(host, values, count,
                   ks_sampler{sizeof(ks_sampler), 0, nullptr, &sample<T>, &Box::destroy}, sampler);
}

using SamplerEntry = Registered<ks_sampler_info, ks_sampler>;

}  // namespace detail
}  // namespace ks

// Puts a class into the plugin that its file is compiled into.
#define KS_SAMPLER(Class)                                                         \
  namespace {                                                                     \
  [[maybe_unused]] const ::ks::detail::SamplerEntry ks_entry_of_##Class(          \
      ::ks::detail::sampler_info<Class>(), &::ks::detail::create_sampler<Class>); \
  }

#endif
