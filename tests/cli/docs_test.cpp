#include "tests/cli/program.hpp"

#include <nlohmann/json.hpp>

#include <regex>

namespace ksampler::test {

using Docs = Program;

TEST_F(Docs, AreTheCommittedReference) {
  EXPECT_EQ(run({"docs"}).out, read_text(SOURCE_DIR "/docs/pipeline.md"))
      << "make it anew: ksampler docs > docs/pipeline.md";
}

// The example in the reference is no decoration.
TEST_F(Docs, ShowAPipelineThatIsFine) {
  const std::string text = read_text(SOURCE_DIR "/docs/pipeline.md");
  const std::size_t begin = text.find("```yaml\n") + 8;
  write("example.yaml", text.substr(begin, text.find("```\n", begin) - begin));
  std::filesystem::create_symlink(SOURCE_DIR "/configs/icons", folder_ / "icons");
  const Outcome outcome = run_built({"check", "example.yaml"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

using Schema = Program;

TEST_F(Schema, DescribesEveryNode) {
  add_plugin(fixture_plugin());
  const auto schema = nlohmann::json::parse(run({"schema"}).out);
  const auto nodes = nlohmann::json::parse(run({"list", "nodes", "--json"}).out);
  for (const auto& node : nodes) {
    const auto& definition = schema["definitions"][node["type"].get<std::string>()];
    for (const auto& input : node["inputs"]) {
      EXPECT_TRUE(definition["properties"].contains(input["name"].get<std::string>()))
          << node["type"] << input;
    }
    EXPECT_EQ(definition["additionalProperties"], false);
  }
  EXPECT_EQ(schema["definitions"]["KSampler"]["properties"]["steps"]["maximum"], 10000);
  EXPECT_EQ(schema["definitions"]["sampler"]["anyOf"][0]["enum"],
            (std::vector<std::string>{"detour", "zigzag"}));
}

TEST_F(Schema, KnowsALinkByItsForm) {
  const auto schema = nlohmann::json::parse(run({"schema"}).out);
  const std::regex link(
      schema["definitions"]["KSampler"]["properties"]["model"]["pattern"].get<std::string>());
  EXPECT_TRUE(std::regex_search("$model", link));
  EXPECT_TRUE(std::regex_search("$model.model", link));
  EXPECT_FALSE(std::regex_search("model", link));
  EXPECT_FALSE(std::regex_search("$model.", link));
}

}  // namespace ksampler::test
