// SPDX-License-Identifier: Apache-2.0
//
// Everything for writing a noise source in C++:
//
//   #include <ks/noise.hpp>
//
//   struct Uniform {
//     static constexpr ks::NoiseInfo info = {.id = "uniform", .title = "Uniform", ...};
//     void shape(ks::Draw& draw) { draw.noise = ...; }
//   };
//   KS_NOISE(Uniform)
//
// The object that shape() is called on begins anew with each run, its parameters set: what it keeps in
// its members is of that run alone. \since 1.1
#ifndef KS_NOISE_HPP
#define KS_NOISE_HPP

#include <ks/noise.h>
#include <ks/expression.hpp>
#include <ks/plugin.hpp>
#include <ks/run.hpp>
#include <ks/running.hpp>
#include <ks/sampler.hpp>

#include <cstdint>

namespace ks {

// What a host and a user must know of a noise source. See ks/noise.h for the meaning of each.
struct NoiseInfo {
  const char* id;        // "uniform": lower case letters, digits and '_'
  const char* title;     // "Uniform"
  const char* summary;   // one sentence
  const char* source;    // paper, equation or page
  bool unit = false;     // an element has mean 0 and variance 1 over many draws
  bool white = false;    // elements are independent: a flat spectrum
  bool by_item = false;  // an item's noise does not depend on the others of its batch
};

// One draw: white noise, to be shaped in place.
class Draw {
 public:
  Draw(const Run& run, const ks_noise_draw* draw)
      : noise(run.abi(), draw->noise, /*borrowed=*/true),
        sigma(draw->sigma),
        sigma_next(draw->sigma_next),
        index(draw->index),
        run_(run) {}

  Tensor noise;
  const double sigma;  // the levels that the noise is for
  const double sigma_next;
  const std::uint32_t index;  // of the draws in this run, from 0

  // Whether the run begins with it; else a sampler asks for it.
  bool at_start() const { return sigma == 0; }
  // More white noise, a fresh draw with each call.
  Tensor white() const { return run_.noise(sigma, sigma_next); }
  // Noise levels, the model, and tensors to work with; asks the model for nothing.
  const Run& run() const { return run_; }

 private:
  const Run& run_;
};

namespace detail {

template <typename T>
const ks_noise_info* noise_info() {
  static const ParamList<T> params;
  static const ks_noise_info info = {.size = sizeof(ks_noise_info),
                                     .flags = flag(T::info.unit, KS_NOISE_IS_UNIT) |
                                              flag(T::info.white, KS_NOISE_IS_WHITE) |
                                              flag(T::info.by_item, KS_NOISE_IS_BY_ITEM),
                                     .id = T::info.id,
                                     .title = T::info.title,
                                     .summary = T::info.summary,
                                     .source = T::info.source,
                                     .params = params.pointers.data(),
                                     .param_count = ParamList<T>::count,
                                     .reserved = 0};
  return &info;
}

template <typename T>
ks_status create_noise(const void*, const ks_host* host, const ks_value* values, std::uint32_t count,
                       ks_noise** noise) {
  using Boxed = BoxedRunning<T, ks_noise>;
  ks_noise base{};
  base.shape = [](ks_noise* self, const ks_run* run, const ks_noise_draw* draw) {
    return Boxed::inside(run, [&] {
      Draw wrapped(Boxed::of(self).run(), draw);
      Boxed::of(self).object().shape(wrapped);
    });
  };
  return Boxed::make(host, values, count, base, noise);
}

using NoiseEntry = Registered<ks_noise_info, ks_noise>;

}  // namespace detail
}  // namespace ks

// Puts a class into the plugin that its file is compiled into.
#define KS_NOISE(Class)                                                       \
  namespace {                                                                 \
  [[maybe_unused]] const ::ks::detail::NoiseEntry ks_entry_of_##Class(        \
      ::ks::detail::noise_info<Class>(), &::ks::detail::create_noise<Class>); \
  }

#endif
