// Pipelines run by ks/pipeline.h alone, and all that a run says.
#ifndef KSAMPLER_TESTS_PIPELINES_RUN_CASE_HPP
#define KSAMPLER_TESTS_PIPELINES_RUN_CASE_HPP

#include <ks/pipeline.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ksampler::test {

struct Close {
  void operator()(ks_pipelines* host) const { ks_pipelines_close(host); }
};
using Host = std::unique_ptr<ks_pipelines, Close>;

inline Host opened(const ks_pipelines_settings& settings = {}) {
  ks_pipelines_settings sized = settings;
  sized.size = sizeof sized;
  ks_pipelines* host = nullptr;
  EXPECT_EQ(ks_pipelines_open(&sized, &host), KS_OK) << ks_pipeline_error();
  return Host(host);
}

struct Picture {
  std::uint32_t kind, width, height, channels, index, count, step;
  std::string node;
  std::vector<std::uint8_t> pixels;
};

// A run, and all that it says.
struct RunCase {
  std::string text;
  std::vector<std::string> inputs = {};
  std::string out = {};
  std::uint32_t preview_every = 0;
  std::function<ks_status(std::uint32_t step)> on_step = {};
  ks_status on_picture = KS_OK;

  std::vector<Picture> pictures = {};
  std::vector<std::string> nodes = {};
  std::vector<std::string> files = {};
  std::uint32_t steps = 0;

  ks_status with(ks_pipelines* host) {
    std::vector<const char*> given;
    for (const std::string& input : inputs) given.push_back(input.c_str());
    ks_pipeline_settings settings{};
    settings.size = sizeof settings;
    settings.inputs = given.data();
    settings.input_count = static_cast<std::uint32_t>(given.size());
    settings.folder = SOURCE_DIR "/configs";
    settings.out = out.empty() ? nullptr : out.c_str();
    ks_pipeline_callbacks callbacks{};
    callbacks.size = sizeof callbacks;
    callbacks.context = this;
    callbacks.preview_every = preview_every;
    callbacks.picture = [](void* self, const ks_picture* picture) -> ks_status {
      const std::uint8_t* const begin = picture->pixels;
      static_cast<RunCase*>(self)->pictures.push_back(
          {picture->kind, picture->width, picture->height, picture->channels, picture->index,
           picture->count, picture->step, picture->node,
           std::vector<std::uint8_t>(
               begin, begin + std::size_t{picture->width} * picture->height * picture->channels)});
      return static_cast<RunCase*>(self)->on_picture;
    };
    callbacks.node = [](void* self, const char* node, const char* type) -> ks_status {
      static_cast<RunCase*>(self)->nodes.push_back(std::string(node) + " " + type);
      return KS_OK;
    };
    callbacks.step = [](void* self, const char*, std::uint32_t step, std::uint32_t) -> ks_status {
      auto& run = *static_cast<RunCase*>(self);
      run.steps = step;
      return run.on_step ? run.on_step(step) : KS_OK;
    };
    callbacks.file = [](void* self, const char*, const char* path) -> ks_status {
      static_cast<RunCase*>(self)->files.emplace_back(path);
      return KS_OK;
    };
    return ks_pipeline_run(host, text.c_str(), &settings, &callbacks);
  }
};

inline const char* const kTwoColours =
    "nodes:\n"
    "  red:  { type: EmptyImage, width: 3, height: 2, batch_size: 2, color: 16744448 }\n"
    "  save: { type: SaveImage, images: $red }\n";

inline const char* const kSampled =
    "nodes:\n"
    "  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: models/shapes.safetensors }\n"
    "  positive: { type: CLIPTextEncode, clip: $checkpoint.clip, text: a red star }\n"
    "  negative: { type: CLIPTextEncode, clip: $checkpoint.clip, text: \"\" }\n"
    "  canvas: { type: EmptyLatentImage, width: 64, height: 64, batch_size: 1 }\n"
    "  base: { type: KSampler, model: $checkpoint.model, positive: $positive, negative: $negative,\n"
    "          latent_image: $canvas, seed: 1, steps: 4, sampler_name: euler, scheduler: karras,\n"
    "          cfg: 2.0 }\n"
    "  image: { type: VAEDecode, vae: $checkpoint.vae, samples: $base }\n"
    "  save: { type: SaveImage, images: $image }\n";

}  // namespace ksampler::test

#endif
