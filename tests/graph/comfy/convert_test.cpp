// Workflows as the pipeline files that a person would write, and pipelines in the API's form.
#include "host/graph/comfy/write_api.hpp"
#include "host/graph/comfy/write_yaml.hpp"
#include "tests/graph/comfy/workflow_case.hpp"

namespace ksampler::test {
namespace {

class Convert : public WorkflowCase {
 protected:
  std::string yaml(const std::string& text) const {
    std::vector<Diagnostic> notes;
    return yaml_of_workflow(PipelineSource{"w.json", folder_, text}, declarations(), notes);
  }
  static std::string api(const Pipeline& pipeline, std::vector<Diagnostic>& lost) {
    return api_of_pipeline(pipeline, {}, lost);
  }
};

const std::string kMix =
    R"j({"7": {"class_type": "Save", "inputs": {"cloud": ["5", 1], "prefix": "out"}},
         "5": {"class_type": "Mix", "inputs": {"a": ["3", 0]}, "_meta": {"title": "First pass (2x)"}},
         "3": {"class_type": "Source", "inputs": {"amount": 3, "seed": 18446744073709551615,
               "title": "$5: a, \"b\"\nc", "mode": "fast"}}})j";

TEST_F(Convert, WritesWhatAPersonWouldWrite) {
  EXPECT_EQ(yaml(kMix),
            "nodes:\n"
            "  source: { type: Source, amount: 3, seed: 18446744073709551615, title: \"$$5: a, "
            "\\\"b\\\"\\nc\" }\n"
            "  first_pass_2x: { type: Mix, a: $source }\n"
            "  save: { type: Save, cloud: $first_pass_2x.rest }\n");
}

TEST_F(Convert, WritesAFileThatMeansTheSame) {
  const Pipeline workflow = load(kMix);
  const Pipeline pipeline = load(yaml(kMix));
  ASSERT_EQ(pipeline.nodes.size(), workflow.nodes.size());
  std::vector<Diagnostic> lost;
  const std::string text = api(pipeline, lost);
  EXPECT_EQ(text, api(load(text), lost));  // and back
  EXPECT_TRUE(lost.empty());
  EXPECT_NE(text.find("\"seed\": 18446744073709551615"), std::string::npos);
  EXPECT_NE(text.find("$5: a, \\\"b\\\"\\nc"), std::string::npos);
}

TEST_F(Convert, KeepsNotesAsComments) {
  EXPECT_EQ(
      yaml(R"({"nodes": [{"id": 1, "type": "Source", "widgets_values": [2]},
                      {"id": 2, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 1}]},
                      {"id": 3, "type": "MarkdownNote", "widgets_values": ["One\nTwo"]}],
                     "links": [[1, 1, 0, 2, 0, "CLOUD"]]})"),
      "# One\n# Two\n\nnodes:\n  source: { type: Source }\n  save: { type: Save, cloud: $source }\n");
}

TEST_F(Convert, SaysWhatTypesThereAreNot) {
  EXPECT_THROW(
      yaml(
          R"({"1": {"class_type": "Sourze"}, "2": {"class_type": "Save", "inputs": {"cloud": ["1", 0]}}})"),
      Error);
  EXPECT_THROW(yaml("nodes: {}"), Error);
}

TEST_F(Convert, SaysWhatTheApisFormCannotSay) {
  std::vector<Diagnostic> lost;
  api(load("nodes:\n  a: { type: Source }\n  b: { type: Brew, cloud: $a, sampler: { name: rich, eta: 1 "
           "} }\n"
           "  save: { type: Save, cloud: $b }\n"),
      lost);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].message,
            "the parameters of 'rich' in 'sampler' of node 'b' are left out: ComfyUI's form has a name "
            "alone");
}

TEST(YamlText, IsInQuotesWhereItWouldBeReadAsAnotherThing) {
  for (const char* text : {"", "20", "true", "null", "a: b", "a #b", " a", "a,b", "[a", "$a", "-", "*",
                           "1e5", ".nan", "a:"}) {
    EXPECT_TRUE(yaml_text(text).starts_with('"')) << text;
  }
  for (const char* text :
       {"a red circle", "a:b", "a#b", "dpmpp_2m", "sub/a.safetensors", "(star:1.2)"}) {
    EXPECT_EQ(yaml_text(text), text);
  }
}

}  // namespace
}  // namespace ksampler::test
