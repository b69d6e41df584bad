// Samplers and schedulers that there are not, and parameters that they do not take.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {

class BadPlugin : public PipelineCase {
 protected:
  std::string errors_of(const std::string& inputs) const {
    return errors(
        "nodes:\n"
        "  a: { type: Source }\n"
        "  b: { type: Brew, cloud: $a, " +
        inputs +
        " }\n"
        "  save: { type: Save, cloud: $b }\n");
  }
};

TEST_F(BadPlugin, OfAnUnknownName) {
  EXPECT_EQ(
      errors_of("sampler: plian"),
      "pipeline.yaml:3:40: 'sampler' of node 'b': unknown sampler 'plian'; did you mean 'plain'?");
  EXPECT_EQ(errors_of("sampler: plain, scheduler: odd"),
            "pipeline.yaml:3:58: 'scheduler' of node 'b': unknown scheduler 'odd'; known are: even");
}

TEST_F(BadPlugin, WithoutAName) {
  EXPECT_EQ(
      errors_of("sampler: { eta: 1 }"),
      "pipeline.yaml:3:40: 'sampler' of node 'b' has no 'name'; it takes a sampler, or { name: ..., "
      "parameter: value }");
  EXPECT_EQ(errors_of("sampler: [plain]"),
            "pipeline.yaml:3:40: 'sampler' of node 'b' is a list; it takes a sampler, or { name: ..., "
            "parameter: "
            "value }");
  EXPECT_EQ(errors_of("sampler: { name: [] }"),
            "pipeline.yaml:3:48: 'sampler' of node 'b' is a list; it takes a sampler, or { name: ..., "
            "parameter: "
            "value }");
}

TEST_F(BadPlugin, ThatIsMissing) {
  EXPECT_EQ(errors_of("scheduler: even"),
            "pipeline.yaml:3:3: node 'b' (Brew) needs 'sampler': a sampler, or { name: ..., parameter: "
            "value }");
}

TEST_F(BadPlugin, WithAnUnknownParameter) {
  EXPECT_EQ(errors_of("sampler: { name: rich, etaa: 1 }"),
            "pipeline.yaml:3:54: sampler 'rich' has no parameter 'etaa'; did you mean 'eta'?");
  EXPECT_EQ(errors_of("sampler: { name: plain, eta: 1 }"),
            "pipeline.yaml:3:55: sampler 'plain' has no parameter 'eta': it has none");
}

TEST_F(BadPlugin, WithAParameterOutOfRange) {
  EXPECT_EQ(errors_of("sampler: { name: rich, eta: 11 }"),
            "pipeline.yaml:3:59: 'eta' of sampler 'rich' is 11; it takes a number from 0 to 10");
}

TEST_F(BadPlugin, WithParametersOfWrongTypes) {
  EXPECT_EQ(
      errors_of("sampler: { name: rich, order: 1.5, fast: 2, kind: huen, levels: 3 }"),
      "pipeline.yaml:3:61: 'order' of sampler 'rich' is 1.5; it takes a whole number from 1 to 4\n"
      "pipeline.yaml:3:72: 'fast' of sampler 'rich' is 2; it takes true or false\n"
      "pipeline.yaml:3:81: 'kind' of sampler 'rich' is 'huen'; it takes one of: midpoint, heun; did "
      "you mean "
      "'heun'?\n"
      "pipeline.yaml:3:95: 'levels' of sampler 'rich' is 3; it takes a list of numbers, each of at "
      "least 0; "
      "did you mean [3]?");
}

}  // namespace ksampler::test
