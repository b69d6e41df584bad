// Numbers and texts along links, into inputs that take numbers and texts.
#include "host/graph/linked_value.hpp"

#include "host/graph/execute.hpp"
#include "tests/graph/pipeline_case.hpp"

#include <limits>

namespace ksampler::test {
namespace {

class LinkedValues : public PipelineCase {
 protected:
  // Runs a pipeline in which "Values" gives `int`, half of it, whether it is above 1, and `text`.
  std::string run(const std::string& source, std::int64_t integer, const std::string& text = "slow") {
    const Pipeline pipeline = load("nodes:\n  v: { type: Values }\n  a: { type: Source, " + source +
                                   " }\n  save: { type: Save, cloud: $a }\n");
    std::string seen;
    const std::map<std::string, NodeFunction> functions = {
        {"Values",
         [&](const Inputs&) -> std::vector<Value> {
           return {integer, static_cast<double>(integer) / 2, integer > 1, text};
         }},
        {"Source",
         [&](const Inputs& in) -> std::vector<Value> {
           seen = std::to_string(in.integer("amount")) + " " + std::to_string(in.seed("seed")) + " " +
                  std::to_string(in.number("level")) + " " + (in.boolean("flag") ? "yes" : "no") + " " +
                  in.text("title") + " " + in.text("mode") + " " + std::to_string(in.integer("step"));
           return {Value(1)};
         }},
        {"Save", [&](const Inputs&) -> std::vector<Value> { return {}; }}};
    try {
      execute(pipeline,
              [&](const std::string& type) -> const NodeFunction& { return functions.at(type); });
    } catch (const Error& error) {
      return relative(error.what());
    }
    return seen;
  }
};

TEST_F(LinkedValues, ReachInputsOfTheirTypes) {
  EXPECT_EQ(run("amount: $v.int, seed: $v, flag: $v, title: $v, mode: $v.text", 2),
            "2 2 0.500000 yes slow slow 8");
  EXPECT_EQ(run("level: $v.float", 1), "2 0 0.500000 no  fast 8");
}

TEST_F(LinkedValues, AreANumberWhereTheyAreWhole) {
  EXPECT_EQ(run("level: $v.int", 1), "2 0 1.000000 no  fast 8");
}

TEST_F(LinkedValues, AreCheckedWhenTheyArrive) {
  EXPECT_EQ(run("amount: $v", 11),
            "pipeline.yaml:3:3: node 'a' (Source): 'amount' is linked to a value that is 11; it takes "
            "a whole "
            "number from 1 to 10");
  EXPECT_EQ(
      run("step: $v", 9),
      "pipeline.yaml:3:3: node 'a' (Source): 'step' is linked to a value that is 9; it takes a whole "
      "number from 8 to 64, a multiple of 8");
  EXPECT_EQ(
      run("mode: $v", 1, "quick"),
      "pipeline.yaml:3:3: node 'a' (Source): 'mode' is linked to a value that is 'quick'; it takes one "
      "of: fast, slow");
  EXPECT_EQ(
      run("seed: $v", -1),
      "pipeline.yaml:3:3: node 'a' (Source): 'seed' is linked to a value that is -1; it takes a whole "
      "number from 0 to 18446744073709551615");
}

TEST_F(LinkedValues, OfAnotherTypeAreRefusedBeforeARun) {
  const std::string before = "nodes:\n  v: { type: Values }\n  a: { type: Source, ";
  const std::string after = " }\n  save: { type: Save, cloud: $a }\n";
  EXPECT_EQ(errors(before + "amount: $v.text" + after),
            "pipeline.yaml:3:30: 'amount' of node 'a' is the link '$v.text', of type STRING; it takes "
            "a whole number from 1 to 10, or a link of type INT; here that is: $v");
  EXPECT_EQ(
      errors(before + "amount: $save" + after),
      "pipeline.yaml:3:30: 'amount' of node 'a' is the link '$save'; node 'save' (Save) gives nothing, "
      "and it takes a whole number from 1 to 10, or a link of type INT; here that is: $v");
}

TEST_F(LinkedValues, PassThroughNodesThatTakeAnything) {
  EXPECT_EQ(errors("nodes:\n  v: { type: Values }\n  p: { type: Pass, value: $v }\n"
                   "  a: { type: Source, amount: $p }\n  save: { type: Save, cloud: $a }\n"),
            "");
  EXPECT_EQ(errors("nodes:\n  v: { type: Values }\n  p: { type: Pass, value: $v.text }\n"
                   "  a: { type: Source, amount: $p }\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:4:30: 'amount' of node 'a' is the link '$p'; node 'p' (Pass) gives STRING, "
            "and it takes a whole number from 1 to 10, or a link of type INT; here that is: $v");
}

TEST_F(LinkedValues, AreWrittenWhereTheyNameFiles) {
  EXPECT_EQ(
      errors("nodes:\n  v: { type: Values }\n  r: { type: Reader, file: $v.text }\n"
             "  save: { type: Save, cloud: $r }\n"),
      "pipeline.yaml:3:28: 'file' of node 'r' is the link '$v.text'; it takes the path of a file");
}

TEST(LinkedValue, IsWholeWhereAnIntegerIsWanted) {
  InputDecl input;
  input.name = "steps";
  input.kind = InputKind::integer;
  EXPECT_EQ(std::get<std::int64_t>(literal_of(4.0, input)), 4);
  EXPECT_THROW(literal_of(4.5, input), Error);
  EXPECT_THROW(literal_of(std::numeric_limits<double>::infinity(), input), Error);
  EXPECT_THROW(literal_of(std::string("4"), input), Error);
  EXPECT_THROW(literal_of(std::vector<int>{4}, input), Error);
}

}  // namespace
}  // namespace ksampler::test
