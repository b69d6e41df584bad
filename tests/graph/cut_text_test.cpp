#include "host/graph/cut_text.hpp"

#include <gmock/gmock.h>

namespace ksampler::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<NodeDecl>& texts_alone() {
  static const std::vector<NodeDecl> all = [] {
    NodeDecl prompt;
    prompt.type = "Prompt";
    InputDecl text;
    text.name = "text";
    text.kind = InputKind::text;
    InputDecl steps;
    steps.name = "steps";
    steps.kind = InputKind::integer;
    prompt.inputs = {text, steps};
    return std::vector<NodeDecl>{prompt};
  }();
  return all;
}

std::vector<std::string> warnings(const std::string& nodes) {
  std::vector<std::string> said;
  for (const Diagnostic& each :
       cut_texts(PipelineSource{"p.yaml", ".", "nodes:\n" + nodes}, texts_alone())) {
    said.push_back(std::to_string(each.place.line) + ":" + std::to_string(each.place.column) + ": " +
                   each.message);
  }
  return said;
}

TEST(CutText, IsWarnedOfWithItsPlaceAndTheRemedy) {
  EXPECT_THAT(warnings("  a:\n    type: Prompt\n    text: a cat #1 in the row\n"),
              ElementsAre("4:11: 'text' of node 'a' ends before '#1 in the row': without quotes, ' #' "
                          "begins a comment. Write the text in quotes: \"a cat ...\""));
}

TEST(CutText, IsFoundInEachFormOfPlainText) {
  EXPECT_THAT(warnings("  a: { type: Prompt, text: a cat # 2\n  }\n"), ElementsAre(HasSubstr("# 2")));
  EXPECT_THAT(warnings("  a:\n    text: a cat\n      that is #1\n    type: Prompt\n"),
              ElementsAre(HasSubstr("'#1'")));
  EXPECT_THAT(warnings("  a:\r\n    text: Größe\t#1\r\n    type: Prompt\r\n"),
              ElementsAre(HasSubstr("'#1'")));
  EXPECT_THAT(warnings("  a: { type: Prompt, text: &t cat #1\n   }\n  b: { type: Prompt, text: *t }\n"),
              testing::SizeIs(1));
}

TEST(CutText, IsNoneWhereNothingIsCut) {
  for (const char* nodes : {"  a: { type: Prompt, text: \"a cat #1\" }  # said\n",
                            "  a:\n    text: 'a cat'  # in quotes\n    type: Prompt\n",
                            "  a:\n    text: a#1 cat\n    type: Prompt\n",
                            "  a:\n    text: |\n      a cat #1\n    type: Prompt\n",
                            "  a:\n    text: >-\n      a cat #1\n    type: Prompt\n",
                            "  a:\n    text: a cat\n    # a line of its own\n    type: Prompt\n",
                            "  a: { type: Prompt, text: a cat }  # behind the node\n",
                            "  a:\n    text: $b.text  # a link\n    type: Prompt\n",
                            "  a:\n    steps: 3  # no text\n    type: Prompt\n",
                            "  a:\n    text: a cat  # of an unknown type\n    type: Other\n"}) {
    EXPECT_THAT(warnings(nodes), testing::IsEmpty()) << nodes;
  }
}

}  // namespace
}  // namespace ksampler::test
