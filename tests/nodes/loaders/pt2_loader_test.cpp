// An exported network beside the same weights in our own: tests/nodes/pt2/make_package.py writes both.
#include "host/base/error.hpp"
#include "host/files/tensor_file.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/model/made_encoder.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace ksampler {
namespace {

const std::filesystem::path kPackage = BINARY_DIR "/pt2/unet.pt2";
const std::filesystem::path kCheckpoint = BINARY_DIR "/pt2/unet.safetensors";

// Float32 sums in another order, through the layers and the steps of a run.
constexpr double kFloat32 = 1e-5;

constexpr char kRun[] = R"(nodes:
  text: { type: CLIPLoader, clip_name: text.safetensors }
  positive: { type: CLIPTextEncode, clip: $text, text: a red circle }
  negative: { type: CLIPTextEncode, clip: $text, text: "" }
  canvas: { type: EmptyLatentImage, width: WIDTH, height: 64, batch_size: 3 }
  model: MODEL
  base:
    type: KSampler
    model: $model
    positive: $positive
    negative: $negative
    latent_image: $canvas
    seed: 3
    steps: 4
    cfg: 4.0
    sampler_name: SAMPLER
    scheduler: normal
  save: { type: SaveLatent, samples: $base, filename_prefix: run }
)";

std::string with_word(std::string text, const std::string& word, const std::string& with) {
  return text.replace(text.find(word), word.size(), with);
}

class Pt2Loader : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kPackage)) {
      GTEST_SKIP()
          << "no package: exporting one needs the Python that LibTorch's wheel is installed in";
    }
    // Networks as small as these only wait for one another on several threads.
    at::set_num_threads(1);
    test::ModelFile text;
    text.tensors = test::transformers_tensors("cond_stage_model.transformer.", {.width = 24});
    text.write(folder_ / "text.safetensors");
  }

  void TearDown() override { at::set_num_threads(threads_); }

  // What a run with this model makes.
  at::Tensor latent(const std::string& model, const std::string& sampler = "euler", int width = 96) {
    std::string text = with_word(kRun, "MODEL", model);
    text = with_word(with_word(text, "SAMPLER", sampler), "WIDTH", std::to_string(width));
    const Outcome outcome = run_pipeline_text(text, folder_.path());
    return map_tensor(TensorFile::open(outcome.files.at(0)), "latent_tensor").clone();
  }

  static std::string exported(const std::string& more = "") {
    return "{ type: Pt2Loader, pt2_name: " + kPackage.string() + more + " }";
  }
  static std::string ours() { return "{ type: UNETLoader, unet_name: " + kCheckpoint.string() + " }"; }
  static std::string discrete(const std::string& sampling) {
    return "{ type: ModelSamplingDiscrete, model: $unet, sampling: " + sampling +
           " }\n  unet: " + ours();
  }

  // A copy of the package in which `from` stands as `to`, of the same length.
  std::filesystem::path changed(const std::string& from, const std::string& to) {
    std::string bytes = test::read_text(kPackage);
    for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + 1)) {
      bytes.replace(at, from.size(), to);
    }
    test::write_text(folder_ / "changed.pt2", bytes);
    return folder_ / "changed.pt2";
  }
  static std::string error_of(const std::filesystem::path& file) {
    NodeCase node{"Pt2Loader", {{"pt2_name", Literal(file.string())}}, {}, {}};
    const std::string text = test::error_text([&] { node.run(); });
    return text.substr(text.find("pt2: ") == std::string::npos ? 0 : text.find("pt2: ") + 5);
  }

  test::TemporaryFolder folder_;
  int threads_ = at::get_num_threads();
};

TEST_F(Pt2Loader, MakesWhatOurNetworkMakesOfTheSameWeights) {
  for (const std::string sampler : {"euler", "dpmpp_2m", "euler_ancestral"}) {
    const at::Tensor expected = latent(ours(), sampler);
    EXPECT_GT(expected.abs().max().item<double>(), 0.1);
    EXPECT_LT(test::relative_difference(latent(exported(), sampler), expected), kFloat32) << sampler;
  }
}

TEST_F(Pt2Loader, TakesOtherSizesOfItsRange) {
  for (const int width : {64, 112, 128}) {
    EXPECT_LT(
        test::relative_difference(latent(exported(), "euler", width), latent(ours(), "euler", width)),
        kFloat32)
        << width;
  }
}

TEST_F(Pt2Loader, TakesAParameterizationBesideThePackages) {
  const at::Tensor v = latent(exported(", parameterization: v"));
  EXPECT_LT(test::relative_difference(v, latent(discrete("v_prediction"))), kFloat32);
  EXPECT_GT(test::relative_difference(v, latent(exported())), 0.1);
}

TEST_F(Pt2Loader, CanBeGivenAnotherParameterizationLater) {
  const at::Tensor later =
      latent("{ type: ModelSamplingSD3, model: $unet, shift: 3.0 }\n  unet: " + exported());
  EXPECT_LT(test::relative_difference(latent(exported(", parameterization: flow")), later), kFloat32);
}

TEST_F(Pt2Loader, RefusesASizeThatItWasNotExportedFor) {
  const std::string text = test::error_text([&] { latent(exported(), "euler", 256); });
  EXPECT_NE(
      text.find("this network was exported for pictures 64 to 128 pixels wide and 64 to 128 high, in "
                "multiples of 16; this one is 256 wide and 64 high: choose a size of those, or export "
                "the model again with a --height and --width that hold 8 and 32, its latent's cells"),
      std::string::npos)
      << text;
}

TEST_F(Pt2Loader, RefusesATextThatItWasNotExportedFor) {
  const c10::InferenceMode inference;
  NodeCase node{"Pt2Loader", {{"pt2_name", Literal(kPackage.string())}}, {}, {}};
  const auto model = std::any_cast<ModelValue>(node.run().at(0));
  const auto denoiser = test::denoiser_of(model);
  const at::Tensor x = at::randn({1, 4, 8, 8});
  at::Tensor denoised = at::empty_like(x);
  const auto error_of_text = [&](std::int64_t tokens, std::int64_t width) {
    Conditioning conditioning;
    conditioning.embedding = at::randn({1, tokens, width});
    const DenoiseRequest request{&x, &conditioning, &denoised};
    return test::error_text([&] { denoiser->denoise({&request, 1}, 1.0); });
  };
  EXPECT_EQ(
      error_of_text(81, 24),
      "this network was exported for texts of 1 to 80 tokens; this one has 81: use a prompt of another "
      "length, or export the model again with --tokens that hold it");
  EXPECT_NE(error_of_text(77, 768).find("768 wide, and the model takes 24"), std::string::npos);
  EXPECT_EQ(
      test::error_text([&] {
        model.source->check_shape({1, 16, 8, 8});
      }),
      "this model's latents have 4 channels; the latent has 16: it was encoded for another model");
}

TEST_F(Pt2Loader, RefusesCodeForAnotherMachine) {
  EXPECT_EQ(error_of(changed(R"("AOTI_DEVICE_KEY": "cpu")", R"("AOTI_DEVICE_KEY": "xpu")")),
            "the package holds code for the device 'xpu'; this run is on 'cpu': choose another with "
            "--device, "
            "or export the model again with --device cpu");
  EXPECT_NE(error_of(changed(R"("ksampler.torch": "2.)", R"("ksampler.torch": "1.)"))
                .find("; this is LibTorch 2."),
            std::string::npos);
}

TEST_F(Pt2Loader, RefusesAPackageOfAnotherOrigin) {
  EXPECT_EQ(error_of(changed(R"("ksampler.format")", R"("somebody.format")")),
            "the package's metadata has no 'ksampler.format': make it with training/export_pt2.py");
}

TEST_F(Pt2Loader, SaysWhatIsNoPackage) {
  EXPECT_EQ(error_of(kCheckpoint).substr(error_of(kCheckpoint).find("is not")),
            "is not a package of AOTInductor: training/export_pt2.py makes one (.pt2)");
  const std::string bytes = test::read_text(kPackage);
  for (const std::size_t size : {std::size_t{10}, bytes.size() / 2, bytes.size() - 30}) {
    test::write_text(folder_ / "cut.pt2", bytes.substr(0, size));
    const std::string text = error_of(folder_ / "cut.pt2");
    EXPECT_TRUE(text.starts_with("cannot be read as a package of AOTInductor: "))
        << size << ": " << text;
  }
}

}  // namespace
}  // namespace ksampler
