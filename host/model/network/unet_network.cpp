#include "host/model/network/unet_network.hpp"

#include "host/model/network/label.hpp"

#include <utility>

namespace ksampler {

UnetNetwork::UnetNetwork(Unet unet, std::int64_t numbers) : unet_(std::move(unet)), numbers_(numbers) {}

NetworkFacts UnetNetwork::facts() const {
  const UnetPlan& plan = unet_.plan();
  return {.channels = plan.channels_in,
          .channels_out = plan.channels_out,
          .text_width = plan.context_width,
          .pooled_width = numbers_ == 0 ? 0 : plan.label_width - numbers_ * kNumberEmbedding,
          .numbers = numbers_,
          .perturbs = plan.middle_depth > 0};
}

at::Tensor UnetNetwork::predict(const NetworkInput& input) const {
  const at::Tensor label =
      numbers_ == 0 ? at::Tensor() : label_of(input.pooled, input.numbers).to(options());
  return unet_(input.x, input.timesteps, input.text, label, input.perturbed, input.residuals);
}

}  // namespace ksampler
