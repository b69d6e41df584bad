// Networks share one memory: pipelines that use several need room for one at a time.
#include "host/base/memory.hpp"
#include "host/files/tensor_file.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

// Two models, one after the other: the second refines what the first made.
constexpr char kTwoModels[] = R"(nodes:
  first: { type: UNETLoader, unet_name: model.safetensors }
  second: { type: UNETLoader, unet_name: model.safetensors, weight_dtype: bf16 }
  clip: { type: CLIPLoader, clip_name: model.safetensors }
  positive: { type: CLIPTextEncode, clip: $clip, text: a red circle }
  negative: { type: CLIPTextEncode, clip: $clip, text: "" }
  canvas: { type: EmptyLatentImage, width: 64, height: 64 }
  base: { type: KSampler, model: $first, positive: $positive, negative: $negative, latent_image: $canvas,
          seed: 1, steps: 2, cfg: 4.0, sampler_name: euler, scheduler: normal }
  refined: { type: KSampler, model: $second, positive: $positive, negative: $negative,
             latent_image: $base, seed: 2, steps: 2, cfg: 4.0, sampler_name: euler, scheduler: normal,
             denoise: 0.5 }
  save: { type: SaveLatent, samples: $refined, filename_prefix: latent }
)";

class MemoryOfNetworks : public ::testing::Test {
 protected:
  MemoryOfNetworks() {
    test::ModelFile model = test::ModelFile().add("sd1_unet");
    const test::Tensors text =
        test::transformers_tensors("cond_stage_model.transformer.", {.width = 24});
    model.tensors.insert(text.begin(), text.end());
    model.write(folder_ / "model.safetensors");
  }

  // The bytes of the latent.
  std::vector<std::byte> latent(std::uint64_t memory) {
    const Outcome outcome = run_pipeline_text(kTwoModels, folder_.path(), {}, memory);
    return TensorFile::open(outcome.files.at(0))->read("latent_tensor");
  }

  test::TemporaryFolder folder_;
};

// Twice what the process takes by now: room for all, and weights that come and go until that is known.
TEST_F(MemoryOfNetworks, BelowALimitOfTheProcessGiveTheSameBits) {
  const auto plenty = latent(0);
  EXPECT_EQ(latent(2 * resident_memory()), plenty);
}

// No more than the process takes without any network. So each network goes when it was used, and the
// one that has most of the work says that there is no room for it.
TEST_F(MemoryOfNetworks, SaysWhereTheLimitIsTooLowForTheProgramItself) {
  const std::string text = test::error_text([&] { latent(1'000'000); });
  EXPECT_NE(
      text.find("the limit of 1 MB (--memory) is too low: without any weights, the program takes "),
      std::string::npos)
      << text;
}

}  // namespace
}  // namespace ksampler
