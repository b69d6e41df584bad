#include "host/model/load/load_model.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/denoise/batched_denoiser.hpp"
#include "host/model/denoise/preconditioning.hpp"
#include "host/model/family/unet_family.hpp"
#include "host/model/load/file_network.hpp"
#include "host/model/load/surplus.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

Weights part_of(const Weights& all, const ModelPart& part) {
  return all.within(prefix_of(*all.file(), part));
}

std::string key_text(const char* part, at::ScalarType type,
                     std::optional<at::ScalarType> rounded_to = {}) {
  const std::string key = sentence("{} {}", part, at::toString(type));
  return rounded_to ? sentence("{} of {}", key, at::toString(*rounded_to)) : key;
}

// How it is given what it is shown beside the latent; null: nothing, or it is not known.
MakeConcat concat_for(const Network& network, const Family& family) {
  if (family.concat == nullptr) return nullptr;
  return family.concat(family.latents, network.facts().channels - family.latents.channels);
}

void check_channels_of(const Network& network, const Family& family, const std::string& file) {
  const NetworkFacts facts = network.facts();
  const std::int64_t channels = family.latents.channels;
  const std::int64_t out = facts.channels_out == 0 ? facts.channels : facts.channels_out;
  const bool takes_known = facts.channels == channels || concat_for(network, family) != nullptr;
  if (takes_known && out == channels) return;
  throw Error({file}, sentence("the network takes {} channels and gives {}, and latents of {} have {}: "
                               "what it is to be shown beside the latent is not known",
                               facts.channels, out, family.name, channels));
}

// Whose network is loaded from a file when a run starts.
class FileSource : public ModelSource {
 public:
  // `shapes`: the network without its values.
  FileSource(Weights weights, const Family& family, LatentFormat latents,
             std::shared_ptr<const Network> shapes)
      : weights_(std::move(weights)),
        family_(&family),
        latents_(std::move(latents)),
        shapes_(std::move(shapes)) {}

  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return weights_.device(); }
  const char* family() const override { return family_->id; }
  void check_sampling(const ModelSampling& sampling) const override { preconditioning(sampling, 1.0); }
  void check_shape(at::IntArrayRef shape) const override {
    check_channels(shape, latents_.channels);
    shapes_->check_size(shape);
  }
  LoraTargets lora_targets() const override {
    return family_->lora_targets == nullptr ? ModelSource::lora_targets()
                                            : family_->lora_targets(weights_);
  }

  std::shared_ptr<const Denoiser> denoiser(const Model& model, NetworkCache& cache) const override {
    const NetworkKey key{.file = weights_.file()->file(),
                         .kind = key_text(family_->name, weights_.type(), weights_.rounded()),
                         .variant = model.patches.identity,
                         .device = weights_.device()};
    const std::uint64_t bytes = family_->stays_stored ? weights_.stored_bytes() : weights_.bytes();
    const auto network = cache.hold<Network>(key, bytes, [&] {
      return std::make_shared<FileNetwork>(weights_.fresh().patched_by(model.patches.weights),
                                           stream_for(cache, weights_.device(), bytes),
                                           family_->network);
    });
    // A LoRA may have widened what it takes.
    check_channels_of(*network, *family_, weights_.file()->file().string());
    return std::make_shared<BatchedDenoiser>(network, family_->numbers, latents_, model.sampling,
                                             concat_for(*network, *family_), &cache);
  }

 private:
  Weights weights_;  // of which nothing is taken: it would stay in memory
  const Family* family_;
  LatentFormat latents_;
  std::shared_ptr<const Network> shapes_;
};

// As the file's metadata says ("ksampler.latent_rgb", see parse_colours), else as its family's.
LatentFormat latents_in(const Weights& weights, const Family& family) {
  constexpr const char* kKey = "ksampler.latent_rgb";
  LatentFormat latents = family.latents;
  const auto said = weights.file()->metadata().find(kKey);
  if (said == weights.file()->metadata().end()) return latents;
  try {
    latents.colours = parse_colours(said->second, latents.channels);
  } catch (const Error& error) {
    throw Error({weights.file()->file().string()},
                sentence("the metadata's '{}': {}", kKey, error.what()));
  }
  return latents;
}

[[noreturn]] void refuse_unknown(const Weights& weights, Families known) {
  const std::string file = weights.file()->file().string();
  std::vector<std::string> names;
  for (const Family* family : known) names.emplace_back(family->name);
  if (!weights.has("input_blocks.0.0.weight")) {
    throw Error({file},
                sentence("a transformer of a family that is not known; known are {}", listed(names)));
  }
  const UnetPlan plan = read_unet_plan(weights);
  throw Error({file}, sentence("a UNet of unknown architecture: context width {}, label width {}, {} "
                               "projections; known are {}",
                               plan.context_width, plan.label_width,
                               plan.linear_projections ? "linear" : "convolutional", listed(names)));
}

// With the prefix that it has, or without one.
Weights network_in(const Weights& all) {
  const auto prefix =
      std::ranges::find_if(kNetworkPart.prefixes, [&](const char* each) { return all.has_any(each); });
  return prefix == kNetworkPart.prefixes.end() ? all : all.within(*prefix);
}

std::pair<Weights, const Family*> recognise(const Weights& all, Families known) {
  const Weights weights = network_in(all);
  const auto family =
      std::ranges::find_if(known, [&](const Family* each) { return each->is_of(weights); });
  if (family == known.end()) refuse_unknown(part_of(all, kNetworkPart), known);
  return {weights, *family};
}

}  // namespace

Found<Model> find_model(const std::shared_ptr<const TensorFile>& file, at::Device device,
                        std::optional<at::ScalarType> type, Families known,
                        std::optional<at::ScalarType> rounded_to) {
  const Weights all(file, device, type.value_or(at::kFloat));
  const auto [found, family] = recognise(rounded_to ? all.rounded_to(*rounded_to) : all, known);
  const at::ScalarType usual = device.is_cuda() ? family->on_gpu : at::kFloat;
  const Weights weights = found.as(type.value_or(usual));
  std::vector<std::string> notes;
  ModelSampling sampling = family->sampling(weights.fresh(), notes);
  const Weights shapes = weights.shapes();
  auto network = family->network(shapes);
  check_channels_of(*network, *family, file->file().string());
  auto source = std::make_shared<FileSource>(weights, *family, latents_in(weights, *family), network);
  return {.value = {.source = std::move(source), .sampling = std::move(sampling)},
          .surplus = worth_a_warning(shapes.surplus()),
          .notes = std::move(notes)};
}

Found<LazyAutoencoder> find_autoencoder(const std::shared_ptr<const TensorFile>& file,
                                        at::Device device, at::ScalarType type) {
  const Weights weights = part_of({file, device, type}, kAutoencoderPart);
  const Weights shapes = weights.shapes();
  load_autoencoder(shapes);
  return {.value = LazyAutoencoder(
              {.file = file->file(), .kind = key_text("autoencoder", type), .device = device},
              weights.bytes(), [weights] { return load_autoencoder(weights.fresh()); }),
          .surplus = worth_a_warning(shapes.surplus())};
}

}  // namespace ksampler
