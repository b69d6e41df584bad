// ResizeImageMaskNode and the nodes that batch many. Sizes are worked out by hand from ComfyUI's
// nodes_post_processing.py.
#include "host/graph/comfy/editor_widgets.hpp"
#include "host/graph/comfy/json_tree.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;
using Sizes = std::vector<std::int64_t>;

NodeCase resizing(const std::string& type, std::map<std::string, Literal> literals,
                  const at::Tensor& input) {
  literals["resize_type"] = type;
  return {"ResizeImageMaskNode", std::move(literals), {{"input", input}}, {}};
}

// Of a picture of 40 by 16.
Sizes sizes(const std::string& type, std::map<std::string, Literal> literals) {
  NodeCase node = resizing(type, std::move(literals), at::zeros({1, 16, 40, 3}));
  return std::any_cast<at::Tensor>(node.run().at(0)).sizes().vec();
}

TEST(ResizeImageMaskNode, KnowsNineWaysToSayASize) {
  const auto side = [](const char* name, std::int64_t value) {
    return std::map<std::string, Literal>{{std::string("resize_type.") + name, value}};
  };
  EXPECT_EQ(sizes("scale dimensions",
                  {{"resize_type.width", std::int64_t{10}}, {"resize_type.height", std::int64_t{6}}}),
            (Sizes{1, 6, 10, 3}));
  EXPECT_EQ(sizes("scale dimensions",
                  {{"resize_type.width", std::int64_t{20}}, {"resize_type.height", std::int64_t{0}}}),
            (Sizes{1, 8, 20, 3}));
  EXPECT_EQ(sizes("scale by multiplier", {{"resize_type.multiplier", 0.5}}), (Sizes{1, 8, 20, 3}));
  EXPECT_EQ(sizes("scale longer dimension", side("longer_size", 10)), (Sizes{1, 4, 10, 3}));
  EXPECT_EQ(sizes("scale shorter dimension", side("shorter_size", 8)), (Sizes{1, 8, 20, 3}));
  EXPECT_EQ(sizes("scale width", side("width", 30)), (Sizes{1, 12, 30, 3}));
  EXPECT_EQ(sizes("scale height", side("height", 12)), (Sizes{1, 12, 30, 3}));
  // 10485 pixels of 40 by 16: each side 4.0475 times, 161.9 and 64.76.
  EXPECT_EQ(sizes("scale total pixels", {{"resize_type.megapixels", 0.01}}), (Sizes{1, 65, 162, 3}));
  EXPECT_EQ(sizes("scale total pixels",
                  {{"resize_type.megapixels", 0.01}, {"resize_type.multiple", std::int64_t{16}}}),
            (Sizes{1, 64, 160, 3}));
  EXPECT_EQ(sizes("scale to multiple", side("multiple", 12)), (Sizes{1, 12, 36, 3}));
  EXPECT_EQ(sizes("scale to multiple", {}), (Sizes{1, 16, 40, 3}));  // of 8
}

TEST(ResizeImageMaskNode, TakesTheSizeOfAnother) {
  NodeCase node = resizing("match size", {}, at::zeros({1, 16, 40, 3}));
  EXPECT_EQ(error_text([&] { node.run(); }),
            "'resize_type.match' is not linked; expected an IMAGE or a MASK of the size");
  node.links["resize_type.match"] = MaskValue(at::zeros({1, 5, 7}));
  EXPECT_EQ(std::any_cast<at::Tensor>(node.run().at(0)).sizes(), (Sizes{1, 5, 7, 3}));
}

TEST(ResizeImageMaskNode, GivesAMaskForAMask) {
  NodeCase node =
      resizing("scale by multiplier", {{"resize_type.multiplier", 2.0}}, at::ones({2, 3, 4}));
  EXPECT_TRUE(at::equal(std::any_cast<MaskValue>(node.run().at(0)), at::ones({2, 6, 8})));
  EXPECT_EQ(error_text([] {
              NodeCase{"ResizeImageMaskNode", {}, {{"input", std::string("a")}}, {}}.run();
            }),
            "'input' is neither picture nor mask; expected an IMAGE or a MASK");
}

TEST(ResizeImageMaskNode, IsOfTheTypeOfWhatItIsGiven) {
  const test::TemporaryFolder out;
  const Outcome outcome = run_pipeline_text(
      "nodes:\n"
      "  red: { type: EmptyImage, width: 8, height: 8 }\n"
      "  small: { type: ResizeImageMaskNode, input: $red, resize_type: scale by multiplier,"
      " resize_type.multiplier: 0.5 }\n"
      "  save: { type: SaveImage, images: $small }\n",
      out.path());
  EXPECT_EQ(outcome.files.size(), 1u);
}

// The editor keeps the values of the way that is chosen, and no others.
TEST(ResizeImageMaskNode, HasTheValuesOfItsChoiceInTheEditor) {
  const auto values = [](const char* row) {
    std::string text;
    for (const auto& [name, value] :
         widget_values(declaration_of("ResizeImageMaskNode"), json_tree(row, "w.json"))) {
      text += (text.empty() ? "" : " ") + name + "=" + value->text;
    }
    return text;
  };
  EXPECT_EQ(values(R"(["scale dimensions", 640, 480, "disabled", "lanczos"])"),
            "resize_type=scale dimensions resize_type.crop=disabled resize_type.height=480 "
            "resize_type.width=640 scale_method=lanczos");
  EXPECT_EQ(values(R"(["scale total pixels", 1.5, 16, "area"])"),
            "resize_type=scale total pixels resize_type.megapixels=1.5 resize_type.multiple=16 "
            "scale_method=area");
  // Of before there was a multiple.
  EXPECT_EQ(values(R"(["scale total pixels", 1.5, "area"])"),
            "resize_type=scale total pixels resize_type.megapixels=1.5 scale_method=area");
  EXPECT_EQ(values(R"(["match size", "center", "area"])"),
            "resize_type=match size resize_type.crop=center scale_method=area");
}

TEST(BatchNodes, PutManyBehindEachOtherInTheSizeOfTheFirst) {
  NodeCase images{"BatchImagesNode",
                  {},
                  {{"images.image0", ImageValue(at::zeros({1, 2, 2, 3}))},
                   {"images.image1", ImageValue(at::ones({2, 4, 4, 3}))},
                   {"images.image7", ImageValue(at::zeros({1, 2, 2, 4}))}},
                  {}};
  const auto batch = std::any_cast<ImageValue>(images.run().at(0));
  ASSERT_EQ(batch.sizes(), (Sizes{4, 2, 2, 4}));
  EXPECT_TRUE(at::equal(batch[0].select(2, 3), at::ones({2, 2})));
  EXPECT_TRUE(at::equal(batch[2], at::ones({2, 2, 4})));

  NodeCase masks{"BatchMasksNode",
                 {},
                 {{"masks.mask0", MaskValue(at::zeros({1, 2, 2}))},
                  {"masks.mask1", MaskValue(at::ones({1, 1, 6, 6}))}},
                 {}};
  EXPECT_TRUE(at::equal(std::any_cast<MaskValue>(masks.run().at(0)),
                        at::cat({at::zeros({1, 2, 2}), at::ones({1, 2, 2})})));

  NodeCase latents{"BatchLatentsNode",
                   {},
                   {{"latents.latent0", latent_of(at::zeros({2, 4, 2, 2}))},
                    {"latents.latent1", latent_of(at::ones({1, 4, 2, 2}))},
                    {"latents.latent2", latent_of(at::ones({1, 4, 2, 2}))}},
                   {}};
  const auto latent = std::any_cast<LatentValue>(latents.run().at(0));
  EXPECT_EQ(latent.samples.sizes(), (Sizes{4, 4, 2, 2}));
  EXPECT_EQ(latent.batch_index, (Sizes{0, 1, 0, 0}));
}

}  // namespace
}  // namespace ksampler
