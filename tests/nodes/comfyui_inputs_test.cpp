// Values as ComfyUI's own files have them, which are read here too.
#include "host/graph/pipeline.hpp"
#include "host/nodes/declarations.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ksampler {
namespace {

const Node& node_of(const Pipeline& pipeline, const std::string& name) {
  return *std::find_if(pipeline.nodes.begin(), pipeline.nodes.end(),
                       [&](const Node& node) { return node.name == name; });
}

Literal value_in(const Node& node, const std::string& input) {
  const auto& inputs = node.decl->inputs;
  const auto at =
      std::find_if(inputs.begin(), inputs.end(), [&](const auto& each) { return each.name == input; });
  return std::get<Literal>(node.inputs.at(static_cast<std::size_t>(at - inputs.begin())));
}

// Something has to be written.
const std::string kSaved =
    "  empty: { type: EmptyLatentImage }\n"
    "  save: { type: SaveLatent, samples: $empty }\n";

Pipeline checked(const std::string& nodes) {
  return check_pipeline(
      PipelineSource{
          .file = "p.yaml", .folder = TEST_DATA "/pictures", .text = "nodes:\n" + nodes + kSaved},
      node_declarations(), {});
}

TEST(ManualSigmas, TakeTheTextThatComfyUIHasOrAList) {
  const Pipeline pipeline = checked(
      "  text: { type: ManualSigmas, sigmas: '1., 0.5, 0' }\n"
      "  list: { type: ManualSigmas, sigmas: [1, 0.5, 0] }\n");
  EXPECT_EQ(value_in(node_of(pipeline, "text"), "sigmas"), Literal(std::vector<double>{1, 0.5, 0}));
  EXPECT_EQ(value_in(node_of(pipeline, "text"), "sigmas"),
            value_in(node_of(pipeline, "list"), "sigmas"));
}

TEST(TiledNodes, TakeWhatIsForVideosAlone) {
  const Pipeline pipeline = checked(
      "  in: { type: LoadImage, image: rgb8.png }\n"
      "  vae: { type: VAELoader, vae_name: ../networks/vae.safetensors }\n"
      "  there: { type: VAEEncodeTiled, pixels: $in.image, vae: $vae, tile_size: 512, overlap: 64,"
      " temporal_size: 128, temporal_overlap: 16 }\n"
      "  back: { type: VAEDecodeTiled, samples: $there, vae: $vae, temporal_size: 64, "
      "temporal_overlap: 8 }\n");
  EXPECT_EQ(value_in(node_of(pipeline, "there"), "temporal_size"), Literal(std::int64_t{128}));
  EXPECT_EQ(value_in(node_of(pipeline, "there"), "temporal_overlap"), Literal(std::int64_t{16}));
}

}  // namespace
}  // namespace ksampler
