// A model that torch.save wrote is the model that safetensors hold. Written by LibTorch's own writer.
#include "host/base/error.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/lora/lora_file.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/core/Dict.h>
#include <ATen/core/jit_type.h>
#include <ATen/ops/equal.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::case_tensor;
using test::ModelFile;

// As a checkpoint of training has them; each matrix as a view of one that was turned.
void write_checkpoint(const ModelFile& model, const std::filesystem::path& file) {
  c10::impl::GenericDict state(c10::StringType::get(), c10::TensorType::get());
  for (const auto& [name, tensor] : model.tensors) {
    state.insert(name, tensor.dim() == 2 ? tensor.t().contiguous().t() : tensor);
  }
  c10::impl::GenericDict all(c10::StringType::get(), c10::AnyType::get());
  all.insert("global_step", std::int64_t{470000});
  all.insert("state_dict", state);
  const std::vector<char> bytes = torch::jit::pickle_save(all);
  test::write_text(file, {bytes.data(), bytes.size()});
}

at::Tensor denoised(const Model& model) {
  Conditioning conditioning;
  conditioning.embedding = case_tensor("sd1_unet", "odd.context");
  const at::Tensor x = case_tensor("sd1_unet", "odd.x");
  at::Tensor result = at::empty_like(x);
  const DenoiseRequest request{&x, &conditioning, &result};
  test::denoiser_of(model)->denoise({&request, 1}, 2.0);
  return result;
}

TEST(ACheckpointOfTorchSave, HoldsTheBitsThatSafetensorsHold) {
  const test::TemporaryFolder folder;
  const ModelFile model = test::network("sd1_unet");
  model.write(folder / "model.safetensors");
  write_checkpoint(model, folder / "model.ckpt");
  const auto file = open_model_file(folder / "model.ckpt");
  ASSERT_EQ(file->tensors().size(), model.tensors.size());
  for (const auto& [name, tensor] : model.tensors) {
    EXPECT_TRUE(at::equal(map_tensor(file, name), tensor)) << name;
  }
  const auto found = [&](const char* name) {
    return find_model(open_model_file(folder / name), at::kCPU, at::kFloat).value;
  };
  EXPECT_TRUE(at::equal(denoised(found("model.ckpt")), denoised(found("model.safetensors"))));
}

TEST(ACheckpointOfTorchSave, MayBeALora) {
  const test::TemporaryFolder folder;
  const ModelFile model = test::network("sd1_lora_kohya");
  model.write(folder / "lora.safetensors");
  write_checkpoint(model, folder / "lora.pt");
  const Lora of_torch = open_lora(folder / "lora.pt");
  const Lora of_safetensors = open_lora(folder / "lora.safetensors");
  EXPECT_FALSE(of_safetensors.file->tensors().empty());
  for (const auto& [name, entry] : of_safetensors.file->tensors()) {
    EXPECT_TRUE(at::equal(map_tensor(of_torch.file, name), map_tensor(of_safetensors.file, name)));
  }
}

// A LoRA in place of a model is named as such, whichever way it was written.
TEST(ACheckpointOfTorchSave, IsLookedIntoAsSafetensorsAre) {
  const test::TemporaryFolder folder;
  write_checkpoint(test::network("sd1_lora_kohya"), folder / "lora.pt");
  const std::string text = test::error_text([&] { open_model_file(folder / "lora.pt"); });
  EXPECT_NE(text.find("is a LoRA, which changes a model and is none"), std::string::npos) << text;
}

}  // namespace
}  // namespace ksampler
