// The operations of ks_filters: check what a plugin gave, then compute.
#include "host/session/space_errors.hpp"
#include "host/session/space_state.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace ksampler {
namespace {

// body(dst, src), where both are latents.
template <typename State, typename Body>
ks_status filtered(const State& state, const char* function, ks_tensor* dst, const ks_tensor* src,
                   std::string& error, const Body& body) {
  const RunTensor* const result = state.find(dst);
  const RunTensor* const from = state.find(src);
  const auto refuse = [&](const ks_tensor* handle, const char* which) {
    return not_a_latent(state.find_any(handle), std::string(function) + ": " + which, error);
  };
  if (result == nullptr) return refuse(dst, "the result");
  if (from == nullptr) return refuse(src, "the tensor");
  if (!state.memory.has_planes()) {
    error = std::string(function) + ": the latent has no height and width";
    return KS_UNSUPPORTED;
  }
  if (result->size == 0) return KS_OK;
  return guarded(function, error, [&] { body(*result, *from); });
}

}  // namespace

ks_status Space::fill(ks_tensor* dst, std::span<const double> numbers, std::string& error) {
  const RunTensor* const result = state_->find_part(dst);
  if (result == nullptr) return not_a_latent(state_->find_any(dst), "fill: the result", error);
  const std::size_t all = result->size;
  const std::int64_t items = state_->memory.shape().items;
  const std::size_t of_item = items > 0 ? all / static_cast<std::size_t>(items) : all;
  if (numbers.size() != all && numbers.size() != of_item) {
    error = "fill: " + std::to_string(numbers.size()) + " numbers; expected " + std::to_string(all) +
            ", or " + std::to_string(of_item) + " for each item alike";
    return KS_INVALID_ARGUMENT;
  }
  std::vector<float> values;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    values.push_back(static_cast<float>(numbers[i]));
    if (std::isfinite(values.back())) continue;
    error = "fill: number " + std::to_string(i) + " is " + std::to_string(numbers[i]) +
            "; expected a finite number in the range of float32";
    return KS_INVALID_ARGUMENT;
  }
  return guarded("fill", error, [&] {
    if (!values.empty()) state_->memory.fill(*result, values);
  });
}

ks_status Space::fourier(ks_tensor* dst, const ks_tensor* src, const ks_tensor* gains,
                         std::uint32_t transform, std::string& error) {
  State& state = *state_;
  const RunTensor* const factors = state.find_part(gains);
  if (factors == nullptr) return not_a_latent(state.find_any(gains), "fourier: the gains", error);
  if (factors->shape != KS_SHAPE_PIXELS) {
    error = "fourier: the gains must have a number a pixel";
    return KS_INVALID_ARGUMENT;
  }
  if (transform > KS_FOURIER_DCT) {
    error = "fourier: " + std::to_string(transform) + " is no transform; expected 0 (DFT) or 1 (DCT)";
    return KS_INVALID_ARGUMENT;
  }
  return filtered(state, "fourier", dst, src, error, [&](const RunTensor& to, const RunTensor& from) {
    state.memory.fourier(to, from, *factors, transform);
  });
}

ks_status Space::blur(ks_tensor* dst, const ks_tensor* src, double sigma, std::string& error) {
  if (!(sigma >= 0.0 && sigma <= 1000.0)) {
    error = "blur: sigma is " + std::to_string(sigma) + "; expected 0 to 1000";
    return KS_INVALID_ARGUMENT;
  }
  State& state = *state_;
  return filtered(state, "blur", dst, src, error, [&](const RunTensor& to, const RunTensor& from) {
    state.memory.blur(to, from, sigma);
  });
}

ks_status Space::coarse(ks_tensor* dst, const ks_tensor* src, std::uint32_t height, std::uint32_t width,
                        std::string& error) {
  State& state = *state_;
  const LatentShape& latent = state.memory.shape();
  if (height < 1 || width < 1 || height > latent.height || width > latent.width) {
    error = "coarse: " + std::to_string(height) + " x " + std::to_string(width) +
            "; expected 1 x 1 to the latent's " + std::to_string(latent.height) + " x " +
            std::to_string(latent.width);
    return KS_INVALID_ARGUMENT;
  }
  return filtered(state, "coarse", dst, src, error, [&](const RunTensor& to, const RunTensor& from) {
    state.memory.coarse(to, from, height, width);
  });
}

ks_status Space::resize(ks_tensor* dst, const ks_tensor* src, std::uint32_t how, std::string& error) {
  State& state = *state_;
  const RunTensor* const result = state.find_sized(dst);
  const RunTensor* const from = state.find_sized(src);
  if (result == nullptr) return not_a_latent(state.find_any(dst), "resize: the result", error);
  if (from == nullptr) return not_a_latent(state.find_any(src), "resize: the tensor", error);
  if (how > KS_RESIZE_SPECTRAL) {
    error = "resize: " + std::to_string(how) +
            " is no way; expected 0 (area), 1 (bilinear) or 2 (spectral)";
    return KS_INVALID_ARGUMENT;
  }
  if (result == from) {
    error = "resize: the result must not be the tensor itself";
    return KS_INVALID_ARGUMENT;
  }
  if (!state.memory.has_planes()) {
    error = "resize: the latent has no height and width";
    return KS_UNSUPPORTED;
  }
  if (result->size == 0) return KS_OK;
  return guarded("resize", error, [&] { state.memory.resize(*result, *from, how); });
}

}  // namespace ksampler
