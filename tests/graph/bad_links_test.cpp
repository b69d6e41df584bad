// Links that lead nowhere, to the wrong thing, or in a circle.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {

using BadLink = PipelineCase;

TEST_F(BadLink, ToANodeThatIsNotThere) {
  EXPECT_EQ(errors("nodes:\n"
                   "  canvas: { type: Source }\n"
                   "  save: { type: Save, cloud: $canvsa }\n"),
            "pipeline.yaml:3:30: 'cloud' of node 'save' is the link '$canvsa'; there is no node "
            "'canvsa'; did you "
            "mean 'canvas'?");
}

TEST_F(BadLink, ToAnOutputThatIsNotThere) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  mix: { type: Mix, a: $a }\n"
                   "  save: { type: Save, cloud: $mix.rets }\n"),
            "pipeline.yaml:4:30: 'cloud' of node 'save' is the link '$mix.rets'; node 'mix' (Mix) has "
            "no output "
            "'rets'; did you mean 'rest'?");
}

TEST_F(BadLink, ToAnOutputOfAnotherType) {
  write("c.dat", "");
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Reader, file: c.dat }\n"
                   "  save: { type: Save, cloud: $a.wind }\n"),
            "pipeline.yaml:3:30: 'cloud' of node 'save' is the link '$a.wind', of type WIND; it takes "
            "a link of "
            "type CLOUD; here that is: $a");
}

TEST_F(BadLink, ToANodeWithoutAnOutputOfTheType) {
  EXPECT_EQ(errors("nodes:\n"
                   "  w: { type: Lists, area: [0, 0, 1, 1] }\n"
                   "  save: { type: Save, cloud: $w }\n"),
            "pipeline.yaml:3:30: 'cloud' of node 'save' is the link '$w'; node 'w' (Lists) gives WIND, "
            "and it takes "
            "a link of type CLOUD; no node here gives one");
}

TEST_F(BadLink, ToANodeThatGivesNothing) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  save: { type: Save, cloud: $a }\n"
                   "  again: { type: Save, cloud: $save }\n"),
            "pipeline.yaml:4:31: 'cloud' of node 'again' is the link '$save'; node 'save' (Save) gives "
            "nothing, and "
            "it takes a link of type CLOUD; here that is: $a");
}

TEST_F(BadLink, ThatIsMissingHasTheFirstSixOfManyThatWouldDo) {
  std::string text = "nodes:\n";
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) {
    text += "  " + std::string(name) + ": { type: Source }\n";
  }
  EXPECT_EQ(
      errors(text + "  save: { type: Save }\n"),
      "pipeline.yaml:9:3: node 'save' (Save) needs 'cloud': a link of type CLOUD; here that is: $a, "
      "$b, $c, $d, $e, $f, ...");
}

TEST_F(BadLink, ThatIsMissingIsNotSoughtInTheNodeItself) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  mix: { type: Mix }\n"
                   "  save: { type: Save, cloud: $mix }\n"),
            "pipeline.yaml:3:3: node 'mix' (Mix) needs 'a': a link of type CLOUD; here that is: $a");
}

TEST_F(BadLink, WithoutItsDollar) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  save: { type: Save, cloud: a }\n"),
            "pipeline.yaml:3:30: 'cloud' of node 'save' is 'a'; it takes a link of type CLOUD; did you "
            "mean $a?");
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  save: { type: Save, cloud: 7 }\n"),
            "pipeline.yaml:3:30: 'cloud' of node 'save' is 7; it takes a link of type CLOUD; here that "
            "is: $a");
}

TEST_F(BadLink, OfADollarAlone) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  save: { type: Save, cloud: $ }\n"),
            "pipeline.yaml:3:30: 'cloud' of node 'save' is the link '$'; there is no node ''; known "
            "are: a, save");
}

TEST_F(BadLink, ThatIsMissing) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  mix: { type: Mix, a: $a }\n"
                   "  save: { type: Save }\n"),
            "pipeline.yaml:4:3: node 'save' (Save) needs 'cloud': a link of type CLOUD; here that is: "
            "$a, $mix, "
            "$mix.rest");
}

TEST_F(BadLink, IsNotReportedAgainWhereItsTargetIs) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Nonsense }\n"
                   "  save: { type: Save, cloud: $a.cloud }\n"),
            "pipeline.yaml:2:14: the type of node 'a' is 'Nonsense', which is no node type; "
            "`ksampler list nodes` has those that there are");
}

TEST_F(BadLink, InACircleIsNamed) {
  EXPECT_EQ(errors("nodes:\n"
                   "  save: { type: Save, cloud: $a }\n"
                   "  a: { type: Mix, a: $b }\n"
                   "  b: { type: Mix, a: $a }\n"),
            "pipeline.yaml:3:3: links run in a circle, each node needing the next: a -> b -> a");
}

TEST_F(BadLink, ToItself) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Mix, a: $a }\n"
                   "  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:3: links run in a circle, each node needing the next: a -> a");
}

TEST_F(BadLink, InTwoCirclesGivesTwoErrors) {
  EXPECT_EQ(errors("nodes:\n"
                   "  c: { type: Mix, a: $d }\n"
                   "  a: { type: Mix, a: $b }\n"
                   "  b: { type: Mix, a: $a, b: $c }\n"
                   "  d: { type: Mix, a: $e }\n"
                   "  e: { type: Mix, a: $c }\n"
                   "  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:3: links run in a circle, each node needing the next: c -> d -> e -> c\n"
            "pipeline.yaml:3:3: links run in a circle, each node needing the next: a -> b -> a");
}

}  // namespace ksampler::test
