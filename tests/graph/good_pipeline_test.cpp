#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {
namespace {

const Node& node_named(const Pipeline& pipeline, const std::string& name) {
  for (const Node& node : pipeline.nodes) {
    if (node.name == name) return node;
  }
  throw std::out_of_range(name);
}

const InputValue& input_of(const Node& node, const std::string& name) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.decl->inputs[i].name == name) return node.inputs[i];
  }
  throw std::out_of_range(name);
}

template <typename T>
T literal(const Pipeline& pipeline, const std::string& node, const std::string& input) {
  return std::get<T>(std::get<Literal>(input_of(node_named(pipeline, node), input)));
}

// "node.output" of what an input is linked to.
std::string linked(const Pipeline& pipeline, const std::string& node, const std::string& input) {
  const Link link = std::get<Link>(input_of(node_named(pipeline, node), input));
  const Node& source = pipeline.nodes.at(link.node);
  return source.name + "." + source.decl->outputs.at(link.output).name;
}

}  // namespace

using GoodPipeline = PipelineCase;

TEST_F(GoodPipeline, FillsDefaultsIn) {
  const Pipeline pipeline = load("nodes:\n  a: { type: Source }\n  save: { type: Save, cloud: $a }\n");
  EXPECT_EQ(pipeline.profile, "comfy");
  EXPECT_EQ(pipeline.device, "auto");
  EXPECT_EQ(literal<std::int64_t>(pipeline, "a", "amount"), 2);
  EXPECT_EQ(literal<std::uint64_t>(pipeline, "a", "seed"), 0u);
  EXPECT_EQ(literal<double>(pipeline, "a", "level"), 0.5);
  EXPECT_EQ(literal<bool>(pipeline, "a", "flag"), false);
  EXPECT_EQ(literal<std::string>(pipeline, "a", "mode"), "fast");
  EXPECT_EQ(literal<std::string>(pipeline, "save", "prefix"), "out");
}

TEST_F(GoodPipeline, ReadsEveryKindOfScalar) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  a: { type: Source, amount: 0x0a, step: 64, seed: 3, level: 1e-1, flag: TRUE, title: x, mode: "
      "\"slow\" }\n"
      "  save: { type: Save, cloud: $a }\n");
  EXPECT_EQ(literal<std::int64_t>(pipeline, "a", "amount"), 10);
  EXPECT_EQ(literal<std::int64_t>(pipeline, "a", "step"), 64);
  EXPECT_EQ(literal<std::uint64_t>(pipeline, "a", "seed"), 3u);
  EXPECT_EQ(literal<double>(pipeline, "a", "level"), 0.1);
  EXPECT_EQ(literal<bool>(pipeline, "a", "flag"), true);
  EXPECT_EQ(literal<std::string>(pipeline, "a", "title"), "x");
  EXPECT_EQ(literal<std::string>(pipeline, "a", "mode"), "slow");
}

TEST_F(GoodPipeline, KeepsSeedsExactOverAll64Bits) {
  const auto seed = [&](const std::string& text) {
    return literal<std::uint64_t>(load(source_with("seed: " + text)), "a", "seed");
  };
  EXPECT_EQ(seed("18446744073709551615"), 18446744073709551615u);
  EXPECT_EQ(seed("9007199254740993"), 9007199254740993u);  // 2^53 + 1, which no double holds
  EXPECT_EQ(seed("0xffffffffffffffff"), 18446744073709551615u);
  EXPECT_EQ(seed("0xDEADBEEF"), 0xDEADBEEFu);
  EXPECT_EQ(seed("-0"), 0u);
}

TEST_F(GoodPipeline, OrdersNodesBehindWhatTheyLinkTo) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  save: { type: Save, cloud: $mix }\n"
      "  mix: { type: Mix, a: $b, b: $a }\n"
      "  a: { type: Source }\n"
      "  b: { type: Source }\n");
  std::vector<std::string> names;
  for (const Node& node : pipeline.nodes) names.push_back(node.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "mix", "save"}));
  EXPECT_EQ(linked(pipeline, "mix", "a"), "b.cloud");
  EXPECT_EQ(linked(pipeline, "mix", "b"), "a.cloud");
}

TEST_F(GoodPipeline, LinksToTheFirstOutputOfTheTypeOrToTheOneThatIsNamed) {
  write("c.dat", "");
  const Pipeline pipeline = load(
      "nodes:\n"
      "  r: { type: Reader, file: c.dat }\n"
      "  mix: { type: Mix, a: $r, wind: $r }\n"
      "  more: { type: Mix, a: $mix.rest, b: $mix.cloud, wind: $r.wind }\n"
      "  save: { type: Save, cloud: $more }\n");
  EXPECT_EQ(linked(pipeline, "mix", "a"), "r.cloud");
  EXPECT_EQ(linked(pipeline, "mix", "wind"), "r.wind");
  EXPECT_EQ(linked(pipeline, "more", "a"), "mix.rest");
  EXPECT_EQ(linked(pipeline, "more", "b"), "mix.cloud");
  EXPECT_EQ(linked(pipeline, "more", "wind"), "r.wind");
}

TEST_F(GoodPipeline, KnowsThePlaceOfEachNode) {
  const Pipeline pipeline = load(source_with("amount: 1"));
  const Place& place = node_named(pipeline, "save").place;
  EXPECT_EQ(place.line, 5);
  EXPECT_EQ(place.column, 3);
  EXPECT_EQ(relative(place.file), "pipeline.yaml");
}

TEST_F(GoodPipeline, KeepsItsText) {
  const std::string text = source_with("amount: 1 # one");
  EXPECT_EQ(load(text).source.text, text);
}

TEST_F(GoodPipeline, MakesFilesAbsolute) {
  std::filesystem::create_directory(folder_ / "data");
  write("data/c.dat", "");
  const Pipeline pipeline = load(
      "nodes:\n"
      "  a: { type: Reader, file: ./data/../data/c.dat }\n"
      "  save: { type: Save, cloud: $a }\n");
  EXPECT_EQ(literal<std::string>(pipeline, "a", "file"), (folder_ / "data/c.dat").string());
}

TEST_F(GoodPipeline, TakesAnyScalarAsText) {
  const auto title = [&](const std::string& text) {
    return literal<std::string>(load(source_with("title: " + text)), "a", "title");
  };
  EXPECT_EQ(title("a red circle"), "a red circle");
  EXPECT_EQ(title("20"), "20");
  EXPECT_EQ(title("yes"), "yes");
  EXPECT_EQ(title("\"\""), "");
  EXPECT_EQ(title("\"null\""), "null");
  EXPECT_EQ(title("$$5"), "$5");
  EXPECT_EQ(title("a $5 bill"), "a $5 bill");
  EXPECT_EQ(title("ein Kätzchen"), "ein Kätzchen");
  EXPECT_EQ(title("|\n      two\n      lines"), "two\nlines\n");
}

TEST_F(GoodPipeline, ReadsNumbersInEveryNotation) {
  const auto level = [&](const std::string& text) {
    return literal<double>(load(source_with("level: " + text)), "a", "level");
  };
  EXPECT_EQ(level("1"), 1.0);
  EXPECT_EQ(level("1e-3"), 0.001);
  EXPECT_EQ(level("1E-3"), 0.001);
  EXPECT_EQ(level(".5"), 0.5);
  EXPECT_EQ(level("+0.5"), 0.5);
  EXPECT_EQ(level("1."), 1.0);
  EXPECT_EQ(level("0x1"), 1.0);
  EXPECT_EQ(level("0.1"), 0.1);
}

TEST_F(GoodPipeline, ReadsLists) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  w: { type: Lists, area: [1, 0x2, 3, 4], levels: [14.5, 1, 0] }\n"
      "  a: { type: Source }\n"
      "  save: { type: Save, cloud: $a }\n");
  EXPECT_EQ(literal<std::vector<std::int64_t>>(pipeline, "w", "area"),
            (std::vector<std::int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(literal<std::vector<double>>(pipeline, "w", "levels"), (std::vector<double>{14.5, 1, 0}));
}

TEST_F(GoodPipeline, ReadsSamplersWithParametersInTheOrderOfTheFile) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  a: { type: Source }\n"
      "  b:\n"
      "    type: Brew\n"
      "    cloud: $a\n"
      "    sampler: { kind: heun, name: rich, fast: true, order: 3, eta: 0.25, levels: [2, 1] }\n"
      "    scheduler: even\n"
      "  save: { type: Save, cloud: $b }\n");
  const PluginChoice expected{"rich",
                              {{"kind", 1.0},
                               {"fast", 1.0},
                               {"order", 3.0},
                               {"eta", 0.25},
                               {"levels", std::vector<double>{2, 1}}}};
  EXPECT_EQ(literal<PluginChoice>(pipeline, "b", "sampler"), expected);
  EXPECT_EQ(literal<PluginChoice>(pipeline, "b", "scheduler"), (PluginChoice{"even", {}}));
}

TEST_F(GoodPipeline, LeavesOptionalInputsWithoutValue) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  a: { type: Source }\n"
      "  mix: { type: Mix, a: $a }\n"
      "  save: { type: Save, cloud: $mix }\n");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(
      std::get<Literal>(input_of(node_named(pipeline, "mix"), "b"))));
}

TEST_F(GoodPipeline, UnderstandsAnchorsAndMerges) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  a: &common { type: Source, amount: &three 3, level: 0.25 }\n"
      "  b: { <<: *common, amount: 4 }\n"
      "  c: { type: Source, amount: *three }\n"
      "  mix: { type: Mix, a: $b, b: $c }\n"
      "  save: { type: Save, cloud: $mix }\n");
  EXPECT_EQ(literal<std::int64_t>(pipeline, "b", "amount"), 4);
  EXPECT_EQ(literal<double>(pipeline, "b", "level"), 0.25);
  EXPECT_EQ(literal<std::int64_t>(pipeline, "c", "amount"), 3);
}

TEST_F(GoodPipeline, ReadsATextOfNumbersWhereAnInputTakesOne) {
  const auto numbers = [&](const std::string& value) {
    const Pipeline pipeline = load(
        "nodes:\n"
        "  w: { type: Lists, area: [1, 2, 3, 4], steps: " +
        value +
        " }\n"
        "  a: { type: Source }\n"
        "  save: { type: Save, cloud: $a }\n");
    return literal<std::vector<double>>(pipeline, "w", "steps");
  };
  const std::vector<double> expected = {1, 0.5, 0};
  EXPECT_EQ(numbers("[1., .5, 0]"), expected);
  EXPECT_EQ(numbers("\"1., 0.5, 0\""), expected);
  EXPECT_EQ(numbers("\"[1;.5 0,]\""), expected);
  EXPECT_EQ(numbers("\"\""), std::vector<double>());
  EXPECT_EQ(numbers("14.5"), std::vector<double>{14.5});
}

TEST_F(GoodPipeline, MergesListsOfMapsTheFirstWinning) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  a: &one { type: Source, amount: 1 }\n"
      "  b: &two { type: Source, amount: 2, level: 1 }\n"
      "  c: { <<: [*one, *two] }\n"
      "  save: { type: Save, cloud: $c }\n");
  EXPECT_EQ(literal<std::int64_t>(pipeline, "c", "amount"), 1);
  EXPECT_EQ(literal<double>(pipeline, "c", "level"), 1.0);
}

TEST_F(GoodPipeline, KeepsAndChecksNodesThatNothingNeeds) {
  EXPECT_EQ(load(source_with("amount: 1") + "  idle: { type: Source }\n").nodes.size(), 3u);
  EXPECT_EQ(errors(source_with("amount: 1") + "  idle: { type: Source, amount: 0 }\n"),
            "pipeline.yaml:6:33: 'amount' of node 'idle' is 0; it takes a whole number from 1 to 10");
}

TEST_F(GoodPipeline, NamesItsPluginFoldersWithoutBeingChecked) {
  const auto file = write("p.yaml", "plugins: [extra, /opt/more, [], \"\"]\nnodes: nonsense\n");
  const auto folders = ParsedPipeline(read_pipeline(file)).plugin_folders();
  ASSERT_EQ(folders.size(), 2u);
  EXPECT_EQ(folders[0].path, folder_ / "extra");
  EXPECT_EQ(folders[0].place.column, 11);
  EXPECT_EQ(folders[1].path, "/opt/more");
  EXPECT_TRUE(parsed("plugins: extra\n").plugin_folders().empty());
  EXPECT_TRUE(parsed("").plugin_folders().empty());
}

TEST_F(GoodPipeline, NamesThePluginsThatAreIsolated) {
  const std::string text = source_with("amount: 1") + "isolation: { common: process, all: process }\n";
  EXPECT_EQ(errors(text), "");
  EXPECT_EQ(parsed(text).isolation(), (std::vector<std::string>{"common", "all"}));
  EXPECT_TRUE(parsed("isolation: all\n").isolation().empty());
  EXPECT_TRUE(parsed("").isolation().empty());
}

TEST_F(GoodPipeline, MayUseWindowsLineEndsAndAByteOrderMark) {
  EXPECT_EQ(
      errors("\xEF\xBB\xBFnodes:\r\n  a: { type: Source }\r\n  save: { type: Save, cloud: $a }\r\n"),
      "");
}

}  // namespace ksampler::test
