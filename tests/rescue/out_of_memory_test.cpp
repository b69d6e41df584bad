// What is said when memory does not suffice: what to lower, not where LibTorch noticed.
#include "host/rescue/out_of_memory.hpp"

#include "host/base/error.hpp"
#include "host/base/sanitized.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <gtest/gtest.h>

#include <new>

namespace ksampler {
namespace {

using test::error_text;

constexpr char kOnAGpu[] =
    "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 15.77 GiB of which "
    "14.20 GiB is free.";

bool nothing() { return false; }  // that could be let go

template <typename Thrown>
std::string said(const std::string& type, const std::string& device, const Thrown& thrown) {
  const Node node{"node", &declaration_of(type), {}, {}};
  return error_text([&] { with_memory_advice(node, device, nothing, [&] { throw thrown; }); });
}

TEST(MemoryThatDoesNotSuffice, OfAGpuNamesWhatToLower) {
  const c10::OutOfMemoryError error({"here", "file", 1}, kOnAGpu);
  const std::string begin =
      "the memory of the device (cuda:0) does not suffice: 20.00 GiB more were needed at once; what "
      "helps is ";
  EXPECT_EQ(said("KSampler", "cuda:0", error),
            begin +
                "a smaller 'width', 'height' or 'batch_size' of the latent, or a network in 'fp16', or "
                "'--device cpu'");
  EXPECT_EQ(said("VAEDecode", "cuda:0", error),
            begin +
                "VAEDecodeTiled or VAEEncodeTiled instead, or a smaller 'width', 'height' or "
                "'batch_size' of the picture, or '--device cpu'");
  EXPECT_EQ(said("VAEDecodeTiled", "cuda:0", error),
            begin + "a smaller 'tile_size', or '--device cpu'");
  EXPECT_EQ(said("CheckpointLoaderSimple", "cuda:0", error),
            begin + "UNETLoader with 'weight_dtype: fp16', or a smaller model, or '--device cpu'");
  EXPECT_EQ(said("UNETLoader", "cuda:0", error),
            begin + "'weight_dtype: fp16', or a smaller model, or '--device cpu'");
}

TEST(MemoryThatDoesNotSuffice, OfTheProcessorNamesWhatToLower) {
  EXPECT_EQ(
      said("EmptyLatentImage", "cpu", std::bad_alloc()),
      "the memory of the device (cpu) does not suffice; what helps is a smaller 'width', 'height' or "
      "'batch_size'");
  EXPECT_EQ(said("LatentUpscaleBy", "cpu", std::bad_alloc()),
            "the memory of the device (cpu) does not suffice; what helps is a smaller 'scale_by'");
}

TEST(MemoryThatDoesNotSuffice, IsLookedForAmongWhatNoRunUsesAndTheNodeRunsOnceMore) {
  const Node node{"node", &declaration_of("KSampler"), {}, {}};
  bool full = true;
  int runs = 0;
  const auto let_go = [&] { return std::exchange(full, false); };
  with_memory_advice(node, "cpu", let_go, [&] {
    ++runs;
    if (full) throw std::bad_alloc();
  });
  EXPECT_EQ(runs, 2);
  // Not for ever.
  EXPECT_NE(error_text([&] {
              with_memory_advice(
                  node, "cpu", [] { return true; },
                  [&] {
                    ++runs;
                    throw std::bad_alloc();
                  });
            }),
            "no error");
  EXPECT_EQ(runs, 4);
}

TEST(MemoryThatDoesNotSuffice, IsNotBlamedForOtherErrors) {
  const Node node{"node", &declaration_of("KSampler"), {}, {}};
  // Of LibTorch's, what it says: not where in its code.
  EXPECT_EQ(said("KSampler", "cpu", c10::Error({"here", "file", 1}, "sizes do not match")),
            "sizes do not match");
  EXPECT_EQ(said("KSampler", "cpu", Error("as it is")), "as it is");
}

#if !KSAMPLER_SANITIZES_ADDRESSES  // which ends the program instead
// No machine has 4 PiB.
TEST(MemoryThatDoesNotSuffice, IsNoticedWhereItIsAskedFor) {
  const c10::InferenceMode inference;
  const VaeValue vae({}, 0, [] {
    return std::make_shared<const KlAutoencoder>(
        test::network_weights("vae").within("first_stage_model."));
  });
  const at::Tensor samples = at::zeros({1, 4, 1, 1}).expand({1, 4, 1 << 24, 1 << 24});
  NodeCase decode{"VAEDecode", {}, {{"samples", latent_of(samples)}, {"vae", vae}}, {}};
  const Node node{"image", &declaration_of("VAEDecode"), {}, {}};
  const std::string text =
      error_text([&] { with_memory_advice(node, "cpu", nothing, [&] { decode.run(); }); });
  EXPECT_EQ(text.rfind("the memory of the device (cpu) does not suffice: ", 0), 0u) << text;
  EXPECT_NE(text.find(" GiB more were needed at once; what helps is VAEDecodeTiled"), std::string::npos)
      << text;
}
#endif

}  // namespace
}  // namespace ksampler
