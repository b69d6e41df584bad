// Models in diffusers' layout, in one file, in shards and in folders.
#include "host/model/file/model_folder.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/file/single_layout.hpp"
#include "tests/model/diffusers_folder.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace ksampler {
namespace {

using test::error_text;

constexpr const char* kStem = "diffusion_pytorch_model";

std::vector<std::string> names_in(const TensorFile& file) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : file.tensors()) names.push_back(name);
  return names;
}

class DiffusersNames : public ::testing::TestWithParam<const char*> {};

// To the bit, from three shards.
TEST_P(DiffusersNames, GiveTheTensorsOfTheSingleFile) {
  const test::TemporaryFolder folder;
  const std::string name = GetParam();
  test::write_network_folder(folder / "network", kStem, test::in_diffusers_layout(name), 3);
  const auto ours = open_model_file(folder / "network");
  const auto single = TensorFile::open(test::network_file(name));
  std::vector<std::string> expected;
  for (const std::string& each : names_in(*single)) {
    const std::string prefix =
        prefix_of(*single, single->tensors().begin()->first.starts_with("model.") ? kNetworkPart
                                                                                  : kAutoencoderPart);
    ASSERT_TRUE(each.starts_with(prefix));
    expected.push_back(each.substr(prefix.size()));
    const std::string here = expected.back();
    ASSERT_TRUE(ours->tensors().contains(here)) << here;
    EXPECT_EQ(ours->tensor(here).shape, single->tensor(each).shape) << here;
    EXPECT_EQ(ours->read(here), single->read(each)) << here;
  }
  EXPECT_EQ(names_in(*ours), expected);
}

INSTANTIATE_TEST_SUITE_P(Of, DiffusersNames,
                         ::testing::Values("sd1_unet", "sdxl_unet", "refiner_unet", "vae", "vae16",
                                           "flux2_vae", "wan_vae", "flux", "flux2_dev", "chroma", "sd3",
                                           "sd35", "z_image", "krea2", "qwen_image"),
                         [](const auto& each) { return std::string(each.param); });

class ModelFolders : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  // What opening it says, after the name of the file at fault.
  std::string refusal(const std::string& name, const std::string& at) const {
    const std::string text = error_text([&] { open_model_file(folder_ / name); });
    const std::string begin = path(at) + ": ";
    return text.starts_with(begin) ? text.substr(begin.size()) : text;
  }

  test::TemporaryFolder folder_;
};

TEST_F(ModelFolders, AreNamedByAShardOrItsIndexToo) {
  test::write_network_folder(folder_ / "vae", kStem, test::in_diffusers_layout("vae"), 2);
  const auto whole = names_in(*open_model_file(folder_ / "vae"));
  EXPECT_EQ(
      names_in(*open_model_file(folder_ / "vae/diffusion_pytorch_model-00002-of-00002.safetensors")),
      whole);
  EXPECT_EQ(names_in(*open_model_file(folder_ / "vae/diffusion_pytorch_model.safetensors.index.json")),
            whole);
}

// What is one tensor in both layouts is used where it lies; what is joined is read.
TEST_F(ModelFolders, AreMappedWhereTensorsAreWhole) {
  test::write_network_folder(folder_ / "z_image", kStem, test::in_diffusers_layout("z_image"), 2);
  const auto file = open_model_file(folder_ / "z_image");
  const auto is_mapped = [&](const char* name) { return !file->mapped(file->tensor(name)).empty(); };
  EXPECT_TRUE(is_mapped("layers.0.feed_forward.w1.weight"));
  EXPECT_FALSE(is_mapped("layers.0.attention.qkv.weight"));
  const auto there = file->mapped(file->tensor("layers.0.attention.out.weight"));
  EXPECT_TRUE(std::ranges::equal(there, file->read("layers.0.attention.out.weight")));
}

TEST_F(ModelFolders, OfAWholeModelHaveTheNamesOfACheckpoint) {
  test::write_network_folder(folder_ / "sd1/unet", kStem, test::in_diffusers_layout("sd1_unet"));
  test::write_network_folder(folder_ / "sd1/vae", kStem, test::in_diffusers_layout("vae"));
  test::write_network_folder(folder_ / "sd1/text_encoder", "model", test::network("whole_clip_l24"));
  std::filesystem::create_directories(folder_ / "sd1/scheduler");
  test::write_text(folder_ / "sd1/scheduler/scheduler_config.json",
                   R"({"prediction_type": "v_prediction", "rescale_betas_zero_snr": true})");
  const auto file = open_model_file(folder_ / "sd1");
  EXPECT_EQ(file->file(), folder_ / "sd1");
  for (const char* name :
       {"model.diffusion_model.input_blocks.0.0.weight", "first_stage_model.decoder.conv_in.weight",
        "text_encoder.text_model.final_layer_norm.weight"}) {
    EXPECT_TRUE(file->tensors().contains(name)) << name;
  }
  EXPECT_EQ(file->metadata().at("ksampler.prediction"), "v_zsnr");
  // Where the UNet alone is named, too.
  for (const char* part : {"sd1/unet", "sd1/unet/diffusion_pytorch_model.safetensors"}) {
    EXPECT_EQ(open_model_file(folder_ / part)->metadata().at("ksampler.prediction"), "v_zsnr") << part;
  }
}

// Of several files that a folder has, the one that diffusers takes.
TEST_F(ModelFolders, HaveTheirUsualFileReadBeforeVariants) {
  const auto width = [&] {
    return open_model_file(folder_ / "unet")->tensor("input_blocks.0.0.weight").shape.at(0);
  };
  test::ModelFile unet;
  unet.tensors["up_blocks.0.resnets.0.conv1.weight"] = at::zeros({1});
  const auto write = [&](const char* name, std::int64_t channels) {
    std::filesystem::create_directories(folder_ / "unet");
    unet.tensors["conv_in.weight"] = at::zeros({channels, 4});
    unet.write(folder_ / "unet" / name);
  };
  write("other.safetensors", 1);
  EXPECT_EQ(width(), 1);
  write("diffusion_pytorch_model.fp16.safetensors", 2);
  EXPECT_EQ(width(), 2);
  write("diffusion_pytorch_model.safetensors", 3);
  EXPECT_EQ(width(), 3);
}

TEST_F(ModelFolders, WithoutAModelSayWhatIsExpected) {
  std::filesystem::create_directories(folder_ / "empty/unet");
  EXPECT_EQ(refusal("empty", "empty"),
            "is a folder without a model; expected one that diffusers writes, with 'unet' or "
            "'transformer', 'vae' and 'text_encoder' in it, or one of these, with a *.safetensors or "
            "its index");
}

TEST_F(ModelFolders, SayWhichShardIsMissing) {
  test::write_network_folder(folder_ / "vae", kStem, test::in_diffusers_layout("vae"), 3);
  std::filesystem::remove(folder_ / "vae/diffusion_pytorch_model-00002-of-00003.safetensors");
  EXPECT_EQ(refusal("vae", "vae/diffusion_pytorch_model.safetensors.index.json"),
            "names the part 'diffusion_pytorch_model-00002-of-00003.safetensors', which is not there");
  const std::string first = "vae/diffusion_pytorch_model-00001-of-00003.safetensors";
  EXPECT_EQ(refusal(first, first),
            "is one of 3 parts, of which 'diffusion_pytorch_model-00002-of-00003.safetensors' is not "
            "there");
}

TEST_F(ModelFolders, RefuseADamagedIndex) {
  const std::string index = "vae/diffusion_pytorch_model.safetensors.index.json";
  std::filesystem::create_directories(folder_ / "vae");
  for (const char* text : {"", "[]", "{}", R"({"weight_map": {}})", R"({"weight_map": 1})"}) {
    test::write_text(folder_ / index, text);
    EXPECT_EQ(refusal("vae", index), "is no index of parts: it has no object 'weight_map'") << text;
  }
  test::write_text(folder_ / index, R"({"weight_map": {"a": "../b.safetensors"}})");
  EXPECT_EQ(refusal("vae", index),
            "says that tensor 'a' is in '\"../b.safetensors\"', which is no file's name");
}

TEST_F(ModelFolders, RefuseATensorThatTwoShardsHave) {
  test::ModelFile part;
  part.tensors["a"] = at::zeros({1});
  part.write(folder_ / "m-00001-of-00002.safetensors");
  part.write(folder_ / "m-00002-of-00002.safetensors");
  EXPECT_EQ(refusal("m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"),
            "has the tensor 'a', which another part has, too");
}

TEST_F(ModelFolders, RefusePartsThatDoNotMakeOneTensor) {
  test::ModelFile file = test::in_diffusers_layout("z_image");
  file.tensors["layers.0.attention.to_k.weight"] = at::zeros({64, 3});
  file.write(folder_ / "z_image.safetensors");
  EXPECT_EQ(
      refusal("z_image.safetensors", "z_image.safetensors"),
      "tensors 'layers.0.attention.to_q.weight' and 'layers.0.attention.to_k.weight' are parts of "
      "one in the single-file layout, and are of different types or widths");
}

TEST_F(ModelFolders, SayThatATransformersFamilyIsNotReadInThisLayout) {
  test::ModelFile file;
  file.tensors["transformer_blocks.0.norm1_context.linear.weight"] = at::zeros({1});
  file.write(folder_ / "other.safetensors");
  EXPECT_EQ(refusal("other.safetensors", "other.safetensors"),
            "is a transformer in diffusers' layout, of a family that is not read in it; expected the "
            "single-file layout, as ComfyUI reads it (it has a tensor "
            "'transformer_blocks.0.norm1_context.linear.weight')");
}

// A file of a folder that is replaced is another model.
TEST_F(ModelFolders, AreKnownByTheStateOfTheirFiles) {
  test::write_network_folder(folder_ / "sd1/vae", kStem, test::in_diffusers_layout("vae"));
  const auto before = stamp_of(folder_ / "sd1");
  EXPECT_EQ(stamp_of(folder_ / "sd1"), before);
  test::write_network_folder(folder_ / "sd1/vae", "other", test::in_diffusers_layout("vae"));
  EXPECT_NE(stamp_of(folder_ / "sd1"), before);
}

}  // namespace
}  // namespace ksampler
