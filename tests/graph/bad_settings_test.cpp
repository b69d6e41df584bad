// --set on the command line: its errors say the setting, not a line of the file.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {

class Settings : public PipelineCase {
 protected:
  std::string errors_of(const std::string& setting) const {
    return errors(source_with("amount: 2"), {parse_setting(setting)});
  }
  Literal value_of(const std::string& setting, std::size_t input) const {
    const Pipeline pipeline = load(source_with("amount: 2"), {parse_setting(setting)});
    return std::get<Literal>(pipeline.nodes.front().inputs.at(input));
  }
};

constexpr std::size_t kAmount = 0;
constexpr std::size_t kLevel = 3;
constexpr std::size_t kTitle = 5;

TEST_F(Settings, TakeNodeInputAndValue) {
  for (const std::string text : {"", "a", "a.b", "a=3", ".b=3", "a.=3", "=3"}) {
    try {
      parse_setting(text);
      ADD_FAILURE() << "took " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), "--set " + text + ": it takes node.input=value, such as base.steps=30");
    }
  }
}

TEST_F(Settings, OfAnUnknownNode) {
  EXPECT_EQ(errors_of("saev.prefix=x"),
            "--set saev.prefix=x: there is no node 'saev'; did you mean 'save'?");
}

TEST_F(Settings, OfAnUnknownInput) {
  EXPECT_EQ(errors_of("a.amuont=3"),
            "--set a.amuont=3: node 'a' (Source) has no input 'amuont'; did you mean 'amount'?");
}

TEST_F(Settings, OfAWrongValue) {
  EXPECT_EQ(errors_of("a.amount=30"),
            "--set a.amount=30: 'amount' of node 'a' is 30; it takes a whole number from 1 to 10");
  EXPECT_EQ(errors_of("a.amount=[1"),
            "--set a.amount=[1: 'amount' of node 'a' is '[1'; it takes a whole number from 1 to 10");
  EXPECT_EQ(errors_of("a.amount="),
            "--set a.amount=: 'amount' of node 'a' is \"\"; it takes a whole number from 1 to 10");
}

TEST_F(Settings, OfTheType) {
  EXPECT_EQ(errors_of("a.type=Reader"),
            "--set a.type=Reader: the type of a node cannot be set, only its inputs");
}

TEST_F(Settings, OfADanglingLink) {
  EXPECT_EQ(errors_of("save.cloud=$b"),
            "--set save.cloud=$b: 'cloud' of node 'save' is the link '$b'; there is no node 'b'; known "
            "are: a, save");
}

TEST_F(Settings, ReplaceAnInput) {
  EXPECT_EQ(std::get<std::int64_t>(value_of("a.amount=7", kAmount)), 7);
}

TEST_F(Settings, AddAnInput) { EXPECT_EQ(std::get<double>(value_of("a.level=0.25", kLevel)), 0.25); }

TEST_F(Settings, MendWhatTheFileHasWrong) {
  EXPECT_EQ(errors(source_with("amount: 99"), {parse_setting("a.amount=9")}), "");
}

TEST_F(Settings, OfATextMeanWhatWasTyped) {
  EXPECT_EQ(std::get<std::string>(value_of("a.title=1 cat: black #2", kTitle)), "1 cat: black #2");
  EXPECT_EQ(std::get<std::string>(value_of("a.title=[cat", kTitle)), "[cat");
  EXPECT_EQ(std::get<std::string>(value_of("a.title=[cat]", kTitle)), "[cat]");
  EXPECT_EQ(std::get<std::string>(value_of("a.title=", kTitle)), "");
  EXPECT_EQ(std::get<std::string>(value_of("a.title=null", kTitle)), "null");
  EXPECT_EQ(std::get<std::string>(value_of("a.title=\"in quotes\"", kTitle)), "in quotes");
  EXPECT_EQ(std::get<std::string>(value_of("a.title=$$5 = five", kTitle)), "$5 = five");
}

TEST_F(Settings, TheLastOfAnInputHolds) {
  const Pipeline pipeline =
      load(source_with("amount: 2"), {parse_setting("a.amount=3"), parse_setting("a.amount=4")});
  EXPECT_EQ(std::get<std::int64_t>(std::get<Literal>(pipeline.nodes.front().inputs[kAmount])), 4);
}

TEST_F(Settings, OfAFileLookInTheCurrentFolderFirstAndThenBesideThePipeline) {
  const std::string text =
      "nodes:\n  a: { type: Reader, file: one.dat }\n  save: { type: Save, cloud: $a }\n";
  write("one.dat", "");
  write("two.dat", "");
  const Pipeline beside = load(text, {parse_setting("a.file=two.dat")});
  EXPECT_EQ(relative(std::get<std::string>(std::get<Literal>(beside.nodes[0].inputs[0]))), "two.dat");

  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::create_directory(folder_ / "here");
  write("here/two.dat", "");
  std::filesystem::current_path(folder_ / "here");
  const Pipeline here = load(text, {parse_setting("a.file=two.dat")});
  std::filesystem::current_path(before);
  EXPECT_EQ(relative(std::get<std::string>(std::get<Literal>(here.nodes[0].inputs[0]))),
            "here/two.dat");
}

TEST(SettingsText, GivesBackEverySetting) {
  const std::vector<std::string> settings = {"a.b=1", "a.text=two\nlines", "a.path=c:\\new", "a.c="};
  EXPECT_EQ(settings_in(settings_text(settings)), settings);
  EXPECT_EQ(settings_text({"a.b=1", "a.c=2"}), "a.b=1\na.c=2\n");
  EXPECT_TRUE(settings_in("").empty());
}

}  // namespace ksampler::test
