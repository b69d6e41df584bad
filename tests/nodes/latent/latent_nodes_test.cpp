// What travels with a latent, and what the nodes on latents refuse.
#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;
using Indices = std::vector<std::int64_t>;

// [count, 4, 2, 3], item i full of i.
Latent batch(std::int64_t count) {
  return latent_of(at::arange(count, at::kFloat).view({count, 1, 1, 1}).repeat({1, 4, 2, 3}));
}

// [count, 1, 4, 6], item i full of i.
at::Tensor masks(std::int64_t count) {
  return at::arange(count, at::kFloat).view({count, 1, 1, 1}).repeat({1, 1, 4, 6});
}

// What each item of a batch or mask is full of.
std::vector<double> items(const at::Tensor& tensor) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < tensor.size(0); ++i) values.push_back(tensor[i].mean().item<double>());
  return values;
}

NodeCase from_batch(const Latent& latent, std::int64_t index, std::int64_t length) {
  return {"LatentFromBatch", {{"batch_index", index}, {"length", length}}, {{"samples", latent}}, {}};
}

NodeCase repeat(const Latent& latent, std::int64_t amount) {
  return {"RepeatLatentBatch", {{"amount", amount}}, {{"samples", latent}}, {}};
}

TEST(LatentFromBatch, RemembersWhichDrawsOfTheNoiseItsItemsAre) {
  const Latent part = result_of<LatentValue>(from_batch(batch(5), 2, 2));
  EXPECT_EQ(items(part.samples), (std::vector<double>{2, 3}));
  EXPECT_EQ(part.batch_index, (Indices{2, 3}));
}

TEST(LatentFromBatch, KeepsTheDrawsThatAreThere) {
  Latent latent = batch(4);
  latent.batch_index = Indices{7, 5, 9, 2};
  EXPECT_EQ(result_of<LatentValue>(from_batch(latent, 1, 2)).batch_index, (Indices{5, 9}));
}

TEST(LatentFromBatch, EndsWhereTheBatchEnds) {
  NodeCase node = from_batch(batch(3), 1, 64);
  EXPECT_EQ(items(result_of<LatentValue>(node).samples), (std::vector<double>{1, 2}));
}

TEST(LatentFromBatch, TakesTheLastItemPastTheEndAndWarns) {
  NodeCase node = from_batch(batch(3), 40, 2);
  const auto outputs = node.run();
  EXPECT_EQ(items(std::any_cast<LatentValue>(outputs.at(0)).samples), (std::vector<double>{2}));
  EXPECT_EQ(node.warnings,
            (std::vector<std::string>{
                "batch_index 40 is past the end of a batch of 3; its last item is taken"}));
}

TEST(LatentFromBatch, TakesTheItemsOfTheMask) {
  Latent latent = batch(4);
  latent.noise_mask = masks(4);
  EXPECT_EQ(items(result_of<LatentValue>(from_batch(latent, 2, 2)).noise_mask),
            (std::vector<double>{2, 3}));
  latent.noise_mask = masks(2);  // begins again: 0 1 0 1
  EXPECT_EQ(items(result_of<LatentValue>(from_batch(latent, 1, 3)).noise_mask),
            (std::vector<double>{1, 0, 1}));
  latent.noise_mask = masks(1);  // one for all
  EXPECT_EQ(result_of<LatentValue>(from_batch(latent, 2, 2)).noise_mask.size(0), 1);
}

TEST(LatentFromBatch, CountsFromTheEndBelowZero) {
  EXPECT_EQ(items(result_of<LatentValue>(from_batch(batch(5), -2, 9)).samples),
            (std::vector<double>{3, 4}));
}

NodeCase two(const Latent& first, const Latent& second) {
  return {"LatentBatch", {}, {{"samples1", first}, {"samples2", second}}, {}};
}

TEST(LatentBatch, PutsOneBehindTheOtherWithTheDrawsOfBoth) {
  Latent second = batch(2);
  second.batch_index = Indices{7, 5};
  const Latent both = result_of<LatentValue>(two(batch(3), second));
  EXPECT_EQ(items(both.samples), (std::vector<double>{0, 1, 2, 0, 1}));
  EXPECT_EQ(both.batch_index, (Indices{0, 1, 2, 7, 5}));
  EXPECT_EQ(result_of<LatentValue>(two(batch(2), batch(2))).batch_index, (Indices{0, 1, 0, 1}));
}

TEST(LatentBatch, ResizesTheSecond) {
  const Latent both = result_of<LatentValue>(two(batch(1), latent_of(at::ones({2, 4, 4, 6}))));
  EXPECT_EQ(both.samples.sizes(), (Indices{3, 4, 2, 3}));
  EXPECT_EQ(items(both.samples), (std::vector<double>{0, 1, 1}));
}

TEST(LatentBatch, KeepsTheMaskOfTheFirstAndSaysWhatItLeavesOut) {
  Latent masked = batch(1);
  masked.noise_mask = masks(1);
  EXPECT_TRUE(result_of<LatentValue>(two(masked, batch(1))).noise_mask.defined());
  NodeCase node = two(batch(1), masked);
  EXPECT_FALSE(std::any_cast<LatentValue>(node.run().at(0)).noise_mask.defined());
  EXPECT_EQ(node.warnings, (std::vector<std::string>{
                               "the noise mask of a latent that is not the first is left out: the "
                               "batch has that of the first, or none (SetLatentNoiseMask sets one)"}));
}

at::Tensor cropped_latent(const at::Tensor& samples, std::int64_t width, std::int64_t height,
                          std::int64_t x, std::int64_t y) {
  return result_of<LatentValue>({"LatentCrop",
                                 {{"width", width}, {"height", height}, {"x", x}, {"y", y}},
                                 {{"samples", latent_of(samples)}},
                                 {}})
      .samples;
}

TEST(LatentCrop, CutsOutARectangleInPixels) {
  const at::Tensor samples = at::arange(4 * 20 * 30, at::kFloat).view({1, 4, 20, 30});
  EXPECT_TRUE(
      at::equal(cropped_latent(samples, 80, 64, 16, 24), samples.narrow(2, 3, 8).narrow(3, 2, 10)));
  // It begins 8 cells before the end at the latest, and ends with the latent.
  EXPECT_TRUE(at::equal(cropped_latent(samples, 512, 512, 512, 0), samples.narrow(3, 22, 8)));
  const at::Tensor small = samples.narrow(2, 0, 4).narrow(3, 0, 5);
  EXPECT_TRUE(at::equal(cropped_latent(small, 64, 64, 8, 8), small));
}

TEST(LatentRotate, TurnsClockwise) {
  const at::Tensor samples = at::arange(6, at::kFloat).view({1, 1, 2, 3});
  const auto turned = [&](const char* rotation) {
    return result_of<LatentValue>({"LatentRotate",
                                   {{"rotation", std::string(rotation)}},
                                   {{"samples", latent_of(samples)}},
                                   {}})
        .samples;
  };
  EXPECT_TRUE(
      at::equal(turned("90 degrees"), at::tensor({3, 0, 4, 1, 5, 2}, at::kFloat).view({1, 1, 3, 2})));
  EXPECT_TRUE(
      at::equal(turned("270 degrees"), at::tensor({2, 5, 1, 4, 0, 3}, at::kFloat).view({1, 1, 3, 2})));
  EXPECT_TRUE(at::equal(turned("none"), samples));
}

TEST(LatentFlip, MirrorsAtTheAxisThatItNames) {
  const at::Tensor samples = at::arange(6, at::kFloat).view({1, 1, 2, 3});
  const auto flipped = [&](const char* method) {
    return result_of<LatentValue>({"LatentFlip",
                                   {{"flip_method", std::string(method)}},
                                   {{"samples", latent_of(samples)}},
                                   {}})
        .samples;
  };
  EXPECT_TRUE(at::equal(flipped("x-axis: vertically"),
                        at::tensor({3, 4, 5, 0, 1, 2}, at::kFloat).view({1, 1, 2, 3})));
  EXPECT_TRUE(at::equal(flipped("y-axis: horizontally"),
                        at::tensor({2, 1, 0, 5, 4, 3}, at::kFloat).view({1, 1, 2, 3})));
}

TEST(RepeatLatentBatch, GivesEachCopyDrawsOfItsOwn) {
  Latent latent = batch(2);
  latent.batch_index = Indices{3, 5};
  const Latent repeated = result_of<LatentValue>(repeat(latent, 3));
  EXPECT_EQ(items(repeated.samples), (std::vector<double>{0, 1, 0, 1, 0, 1}));
  EXPECT_EQ(repeated.batch_index, (Indices{3, 5, 6, 8, 9, 11}));  // 5 - 3 + 1 apart
  EXPECT_FALSE(result_of<LatentValue>(repeat(batch(2), 3)).batch_index.has_value());
}

TEST(RepeatLatentBatch, RepeatsTheMaskThatHasItems) {
  Latent latent = batch(3);
  latent.noise_mask = masks(2);
  EXPECT_EQ(items(result_of<LatentValue>(repeat(latent, 2)).noise_mask),
            (std::vector<double>{0, 1, 0, 0, 1, 0}));
  latent.noise_mask = at::ones({4, 6});
  EXPECT_EQ(result_of<LatentValue>(repeat(latent, 2)).noise_mask.size(0), 1);
}

TEST(LatentUpscale, CarriesMaskAndDrawsAlong) {
  Latent latent = batch(2);
  latent.noise_mask = masks(2);
  latent.batch_index = Indices{4, 6};
  const Latent big = result_of<LatentValue>({"LatentUpscale", {}, {{"samples", latent}}, {}});
  EXPECT_EQ(big.samples.sizes(), (Indices{2, 4, 64, 64}));
  EXPECT_TRUE(at::equal(big.noise_mask, latent.noise_mask));
  EXPECT_EQ(big.batch_index, latent.batch_index);
}

TEST(LatentComposite, LeavesTheLatentBelowAsItWas) {
  const Latent below = latent_of(at::zeros({1, 4, 4, 4}));
  const Latent above = latent_of(at::ones({1, 4, 2, 2}));
  const Latent both = result_of<LatentValue>(
      {"LatentComposite", {}, {{"samples_to", below}, {"samples_from", above}}, {}});
  EXPECT_EQ(both.samples.sum().item<double>(), 16.0);
  EXPECT_EQ(below.samples.sum().item<double>(), 0.0);
}

TEST(LatentComposite, FeathersOverMoreCellsThanThereAre) {
  const Latent below = latent_of(at::zeros({1, 1, 9, 9}));
  const Latent above = latent_of(at::ones({1, 1, 1, 1}));
  const Latent both = result_of<LatentValue>({"LatentComposite",
                                              {{"x", std::int64_t{8}}, {"feather", std::int64_t{32}}},
                                              {{"samples_to", below}, {"samples_from", above}},
                                              {}});
  EXPECT_EQ(both.samples.sum().item<double>(), 1.0 / 64);  // left, right and below: 1/4 each
}

TEST(LatentComposites, ChangeNothingOutsideOfTheLatentAndWarn) {
  for (const std::int64_t x : {24, 4096}) {
    NodeCase plain{
        "LatentComposite", {{"x", x}}, {{"samples_to", batch(2)}, {"samples_from", batch(1)}}, {}};
    NodeCase masked{
        "LatentCompositeMasked", {{"x", x}}, {{"destination", batch(2)}, {"source", batch(1)}}, {}};
    for (NodeCase& node : {std::ref(plain), std::ref(masked)}) {
      const auto outputs = node.run();
      EXPECT_TRUE(at::equal(std::any_cast<LatentValue>(outputs.at(0)).samples, batch(2).samples));
      EXPECT_EQ(node.warnings,
                (std::vector<std::string>{
                    "x " + std::to_string(x) +
                    ", y 0 lies outside the latent of 3 x 2 cells, and so nothing changes: x takes at "
                    "most 16, y at most 8"}));
    }
  }
}

TEST(LatentBlend, BlendsOneLatentWithEachOfABatch) {
  Latent one = batch(1);
  one.batch_index = Indices{7};
  const Latent few =
      result_of<LatentValue>({"LatentBlend", {}, {{"samples1", one}, {"samples2", batch(3)}}, {}});
  EXPECT_EQ(items(few.samples), (std::vector<double>{0, 0.5, 1}));
  EXPECT_FALSE(few.batch_index.has_value());  // the one's says nothing of three
  EXPECT_EQ(
      items(result_of<LatentValue>({"LatentBlend", {}, {{"samples1", batch(3)}, {"samples2", one}}, {}})
                .samples),
      (std::vector<double>{0, 0.5, 1}));
}

// ComfyUI divides the channels of all items by the lengths of the items of their numbers.
TEST(LatentInterpolate, MixesEachItemOfABatchAsItWouldBeAlone) {
  const at::Tensor first = at::arange(4 * 4 * 6, at::kFloat).view({4, 4, 2, 3});
  const at::Tensor second = (first + 1.0).flip(1);
  const auto mixed = [](const at::Tensor& a, const at::Tensor& b) {
    return result_of<LatentValue>({"LatentInterpolate",
                                   {{"ratio", 0.3}},
                                   {{"samples1", latent_of(a)}, {"samples2", latent_of(b)}},
                                   {}})
        .samples;
  };
  const at::Tensor together = mixed(first, second);
  for (std::int64_t i = 0; i < 4; ++i) {
    const at::Tensor alone = mixed(first.narrow(0, i, 1), second.narrow(0, i, 1));
    // Vectorized and left-over elements of a loop may round differently.
    EXPECT_TRUE(at::allclose(together.narrow(0, i, 1), alone, 1e-6)) << i;
  }
}

// --- Refusals

std::string refusal(NodeCase node) {
  return error_text([&] { node.run(); });
}

TEST(LatentComposite, RefusesABatchThatDoesNotFit) {
  EXPECT_EQ(
      refusal({"LatentComposite", {}, {{"samples_to", batch(3)}, {"samples_from", batch(2)}}, {}}),
      "'samples_from' has a batch of 2 and 'samples_to' one of 3; it takes 1 or as many (see "
      "LatentFromBatch, RepeatLatentBatch)");
}

TEST(LatentNodes, RefuseLatentsOfTwoKinds) {
  const Latent other = latent_of(at::zeros({1, 16, 2, 3}));
  EXPECT_EQ(refusal({"LatentComposite", {}, {{"samples_to", batch(1)}, {"samples_from", other}}, {}}),
            "'samples_to' and 'samples_from' have 4 and 16 channels; latents of one kind are wanted");
  EXPECT_EQ(refusal({"LatentCompositeMasked", {}, {{"destination", batch(1)}, {"source", other}}, {}}),
            "'destination' and 'source' have 4 and 16 channels; latents of one kind are wanted");
  for (const char* type : {"LatentAdd", "LatentSubtract", "LatentBlend", "LatentInterpolate"}) {
    EXPECT_EQ(refusal({type, {}, {{"samples1", batch(1)}, {"samples2", other}}, {}}),
              "'samples1' and 'samples2' have 4 and 16 channels; latents of one kind are wanted")
        << type;
  }
}

TEST(LatentUpscaleBy, RefusesToLeaveNothing) {
  EXPECT_EQ(refusal({"LatentUpscaleBy", {{"scale_by", 0.2}}, {{"samples", batch(1)}}, {}}),
            "the result would be 1 x 0; each side takes 1 to 16384");
}

TEST(LatentUpscaleBy, RefusesWhatNoMemoryHolds) {
  const Latent long_one = latent_of(at::zeros({1, 1, 1, 3000}));
  EXPECT_EQ(refusal({"LatentUpscaleBy", {{"scale_by", 8.0}}, {{"samples", long_one}}, {}}),
            "the result would be 24000 x 8; each side takes 1 to 16384");
}

TEST(LatentUpscale, RefusesACropThatLeavesNothing) {
  const Latent narrow = latent_of(at::zeros({1, 4, 64, 1}));
  EXPECT_EQ(
      refusal({"LatentUpscale",
               {{"width", std::int64_t{16384}},
                {"height", std::int64_t{64}},
                {"crop", std::string("center")}},
               {{"samples", narrow}},
               {}}),
      "cropping 1 x 64 to the ratio of 2048 : 8 leaves nothing; crop 'disabled' stretches instead");
}

TEST(ImageScale, RefusesARatioThatGetsTooLong) {
  EXPECT_EQ(refusal({"ImageScale",
                     {{"width", std::int64_t{0}}, {"height", std::int64_t{1000}}},
                     {{"image", at::Tensor(at::zeros({1, 1, 100, 3}))}},
                     {}}),
            "the result would be 100000 x 1000; each side takes 1 to 16384");
}

}  // namespace
}  // namespace ksampler
