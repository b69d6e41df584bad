// A family that does not exist, as one that does would be added: this file, its network's, and a row in
// a list.
#include "tests/model/made_up/family.hpp"

#include "tests/model/made_up/network.hpp"

#include <memory>

namespace ksampler::test {
namespace {

bool is_of(const Weights& weights) { return weights.has("mix.weight") && weights.has("push.weight"); }

std::shared_ptr<const Network> network(const Weights& weights) {
  return std::make_shared<MadeUpNetwork>(weights);
}

ModelSampling sampling(const Weights&, std::vector<std::string>&) { return ModelSampling::flow(3.0); }

LoraTargets lora_targets(const Weights& weights) {
  return {{"lora_unet_mix",
           {.tensor = weights.prefix() + "mix.weight", .rows = 16, .inputs = 16, .columns = 16}}};
}

}  // namespace

const Family kMadeUp = {.id = "made_up",
                        .name = "made up",
                        .latents = {.channels = 16, .pixels = 4, .scale = 0.5},
                        .is_of = is_of,
                        .network = network,
                        .sampling = sampling,
                        .lora_targets = lora_targets};

}  // namespace ksampler::test
