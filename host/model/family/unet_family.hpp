// What the families of UNets share: the plan of a file's tensors, and the network of it.
#ifndef KSAMPLER_MODEL_FAMILY_UNET_FAMILY_HPP
#define KSAMPLER_MODEL_FAMILY_UNET_FAMILY_HPP

#include "host/model/network/network.hpp"
#include "host/model/network/unet_plan.hpp"
#include "host/model/network/weights.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace ksampler {

// No tensor shows them. One of them is 0.
struct UnetHeads {
  std::int64_t heads = 0;
  std::int64_t head_width = 0;
};

// None where the tensors are of no UNet.
std::optional<UnetPlan> unet_plan_of(const Weights& weights);

// The plan with its heads: `usual`, where the file's metadata does not say them. Throws Error.
UnetPlan with_heads(UnetPlan plan, const Weights& weights, UnetHeads usual);

// `heads`: of the family, where the file's metadata does not say it ("ksampler.heads": how many;
// "ksampler.head_width": the width of each). `numbers`: in its label. Throws Error.
std::shared_ptr<const Network> unet_network(const Weights& weights, UnetHeads heads,
                                            std::int64_t numbers);

}  // namespace ksampler

#endif
