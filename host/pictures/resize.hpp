// Resizing as ComfyUI's nodes do it: on [B,C,H,W] float32, through the operators of LibTorch that
// torch.nn.functional.interpolate calls, and two methods that LibTorch lacks.
#ifndef KSAMPLER_PICTURES_RESIZE_HPP
#define KSAMPLER_PICTURES_RESIZE_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace ksampler {

struct Size {
  std::int64_t width;
  std::int64_t height;
};

// The longest side of a picture, and of a latent in cells, that nodes make.
inline constexpr std::int64_t kMaxSide = 16384;

// `method`: nearest-exact, bilinear, area, bicubic, bislerp or lanczos. `crop` "center" first cuts off
// what does not fit the new ratio, equally on both sides; "disabled" stretches. Throws Error where a
// side would be 0 or longer than kMaxSide.
at::Tensor resized(const at::Tensor& input, Size size, const std::string& method,
                   const std::string& crop);

// Bilinear, with each pixel's channels as a vector: directions turn along the great circle between two
// pixels and lengths change linearly, so that resized latents do not lose contrast.
at::Tensor bislerp(const at::Tensor& input, Size size);

// Pillow's LANCZOS on 8 bit channels: input and output in 0 to 1 are rounded to 256 levels.
at::Tensor lanczos(const at::Tensor& input, Size size);

// The first `count` items, begun again from the first where there are fewer.
at::Tensor repeated_to_batch(const at::Tensor& input, std::int64_t count);

// `count` items evenly from all of them, the first and the last among them where some are left out,
// each as often as its neighbours where some are said twice (ComfyUI's resize_to_batch_size).
at::Tensor spread_to_batch(const at::Tensor& input, std::int64_t count);

// Python's round(), with which ComfyUI comes to sizes: halves to even.
std::int64_t rounded(double value);

// `side` * numerator / denominator, rounded().
std::int64_t proportional(std::int64_t side, std::int64_t numerator, std::int64_t denominator);

}  // namespace ksampler

#endif
