// What code is told of a mistake, so that it needs to read no sentence: its kind, node and input.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {
namespace {

using Kind = Diagnostic::Kind;

class DiagnosticKinds : public PipelineCase {
 protected:
  void expect(const std::string& text, Kind kind, const std::string& node, const std::string& input) {
    const std::vector<Diagnostic> found = diagnostics(text);
    ASSERT_EQ(found.size(), 1u) << text;
    EXPECT_EQ(kind_name(found[0].kind), kind_name(kind)) << found[0].text();
    EXPECT_EQ(found[0].node, node) << found[0].text();
    EXPECT_EQ(found[0].input, input) << found[0].text();
  }
};

TEST_F(DiagnosticKinds, TellInputsApart) {
  expect(source_with("amount: 0"), Kind::too_small, "a", "amount");
  expect(source_with("amount: 11"), Kind::too_large, "a", "amount");
  expect(source_with("level: 1.5"), Kind::too_large, "a", "level");
  expect(source_with("amount: many"), Kind::wrong_type, "a", "amount");
  expect(source_with("step: 9"), Kind::wrong_type, "a", "step");
  expect(source_with("mode: quick"), Kind::unknown_choice, "a", "mode");
  expect(source_with("amuont: 1"), Kind::unknown_input, "a", "amuont");
}

TEST_F(DiagnosticKinds, TellLinksApart) {
  const std::string save = "  save: { type: Save, cloud: ";
  expect("nodes:\n  a: { type: Source }\n" + save + "$b }\n", Kind::bad_link, "save", "cloud");
  expect("nodes:\n  a: { type: Source }\n" + save + "$a.fog }\n", Kind::bad_link, "save", "cloud");
  expect("nodes:\n  a: { type: Lists, area: [1, 2, 3, 4], levels: [1] }\n" + save + "$a }\n",
         Kind::wrong_link, "save", "cloud");
  expect("nodes:\n  save: { type: Save }\n", Kind::missing_input, "save", "cloud");
}

TEST_F(DiagnosticKinds, TellNodesAndFilesApart) {
  expect("nodes:\n  a: { type: Sauce }\n  save: { type: Save, cloud: $a }\n", Kind::unknown_type, "a",
         "");
  expect("nodes:\n  a: { type: Source }\n", Kind::no_output, "", "");
  expect("nodes:\n  r: { type: Reader, file: nowhere.txt }\n  save: { type: Save, cloud: $r }\n",
         Kind::no_file, "r", "file");
  expect("plugins: [nowhere]\n" + source_with("amount: 1"), Kind::no_file, "", "");
}

TEST_F(DiagnosticKinds, TellParametersOfAPluginByTheInputThatNamesIt) {
  const std::string brew = "nodes:\n  a: { type: Source }\n  b: { type: Brew, cloud: $a, sampler: ";
  const std::string save = " }\n  save: { type: Save, cloud: $b }\n";
  expect(brew + "plian" + save, Kind::unknown_choice, "b", "sampler");
  expect(brew + "{ name: rich, eta: 11 }" + save, Kind::too_large, "b", "sampler");
  expect(brew + "{ name: rich, etta: 1 }" + save, Kind::unknown_input, "b", "sampler");
}

}  // namespace
}  // namespace ksampler::test
