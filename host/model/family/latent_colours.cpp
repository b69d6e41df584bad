#include "host/model/family/latent_colours.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty.h>

#include <sstream>

namespace ksampler {

LatentColours plain_colours(std::int64_t channels) {
  LatentColours colours;
  colours.factors.resize(static_cast<std::size_t>(channels));
  if (channels == 3) {
    for (std::size_t c = 0; c < 3; ++c) colours.factors[c][c] = 1.0;
  } else if (channels > 0) {
    colours.factors[0] = {1.0, 1.0, 1.0};
  }
  return colours;
}

LatentColours parse_colours(const std::string& text, std::int64_t channels) {
  std::istringstream stream(text);
  std::vector<double> numbers;
  for (double number = 0; stream >> number;) numbers.push_back(number);
  const auto expected = static_cast<std::size_t>(3 * (channels + 1));
  if (!stream.eof() || numbers.size() != expected) {
    throw Error(
        sentence("{} is given as the colours of a latent; expected {} numbers: red, green and blue for "
                 "each of {} channels, and an offset",
                 quote(text), expected, channels));
  }
  LatentColours colours;
  for (std::size_t i = 0; i < numbers.size(); i += 3) {
    colours.factors.push_back({numbers[i], numbers[i + 1], numbers[i + 2]});
  }
  colours.offset = colours.factors.back();
  colours.factors.pop_back();
  return colours;
}

at::Tensor coloured(const at::Tensor& latent, const LatentColours& colours) {
  const auto channels = static_cast<std::int64_t>(colours.factors.size());
  at::Tensor weight = at::empty({3, channels, 1, 1});
  at::Tensor bias = at::empty({3});
  auto* factors = weight.mutable_data_ptr<float>();
  auto* offset = bias.mutable_data_ptr<float>();
  for (std::size_t rgb = 0; rgb < 3; ++rgb) {
    for (const Rgb& channel : colours.factors) *factors++ = static_cast<float>(channel[rgb]);
    offset[rgb] = static_cast<float>(colours.offset[rgb]);
  }
  const at::Tensor rgb =
      at::conv2d(latent.to(at::kFloat), weight.to(latent.device()), bias.to(latent.device()));
  return ((rgb + 1.0) * 0.5).nan_to_num(0.0).clamp(0.0, 1.0);
}

}  // namespace ksampler
