// Manifests that must be refused, and the sentences that they are refused with.
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "tests/plugin/fixtures.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;

constexpr char kPlugin[] = R"([plugin]
name = "mine"
version = "1.0"
abi = "1.0"
licence = "MIT"
library = "mine.so"
)";

constexpr char kSampler[] = R"([[sampler]]
id = "euler"
title = "Euler"
summary = ""
source = ""
order = 1
noise = "none"
fits = ["additive"]
traits = []
model_calls = [1, 1, 1]
)";

constexpr char kParameter[] = R"([[sampler.parameter]]
id = "eta"
summary = ""
type = "float"
minimum = 0
maximum = 1
default = 0.5
)";

class ManifestRefuses : public testing::Test {
 protected:
  // The refusal of a manifest with this text, without the file's name; lines are joined by '|'.
  std::string refusal(const std::string& text) const {
    const auto file = folder_ / "plugin.toml";
    test::write_text(file, text);
    std::string said = error_text([&] { read_manifest(file); });
    for (auto at = said.find(file.string() + ":"); at != std::string::npos;
         at = said.find(file.string() + ":")) {
      said.erase(at, file.string().size() + 1);
    }
    for (char& c : said) c = c == '\n' ? '|' : c;
    return said;
  }

  // The refusal of a good manifest in which `from`, which must be there, is `to`.
  std::string refusal_with(const std::string& from, const std::string& to) const {
    std::string text = std::string(kPlugin) + kSampler + kParameter;
    const std::size_t at = text.find(from);
    if (at == std::string::npos) return "the test looks for what is not there";
    return refusal(text.replace(at, from.size(), to));
  }

  test::TemporaryFolder folder_;
};

TEST_F(ManifestRefuses, AnIsolationThatThereIsNot) {
  EXPECT_EQ(refusal_with("library = \"mine.so\"", "library = \"mine.so\"\nisolation = \"thread\""),
            "7:13: [plugin]: isolation is not \"process\", its one value; leave it out for none");
}

TEST_F(ManifestRefuses, NothingOfAGoodOne) {
  EXPECT_EQ(refusal(std::string(kPlugin) + kSampler + kParameter), "no error");
}

TEST_F(ManifestRefuses, AFileThatIsNotThere) {
  EXPECT_EQ(error_text([] { read_manifest("none/plugin.toml"); }), "none/plugin.toml: no such file");
}

TEST_F(ManifestRefuses, WhatIsNoToml) {
  const std::string said = refusal("[plugin]\nname = \"mine\nversion");
  EXPECT_TRUE(said.starts_with("2:")) << said;
  EXPECT_NE(said.find("is not TOML: "), std::string::npos) << said;
}

TEST_F(ManifestRefuses, AKeyGivenTwice) {
  const std::string said = refusal("[plugin]\nname = \"a\"\nname = \"b\"\n");
  EXPECT_TRUE(said.starts_with("3:")) << said;
}

TEST_F(ManifestRefuses, TextThatIsNotUtf8) {
  EXPECT_NE(refusal("[plugin]\nname = \"\xFF\"\n").find("is not TOML: "), std::string::npos);
}

TEST_F(ManifestRefuses, OneWithoutAPluginTable) {
  EXPECT_EQ(refusal(""), "1:1: a table [plugin] is wanted");
  EXPECT_EQ(refusal("plugin = 3\n"), "1:10: a table [plugin] is wanted");
}

TEST_F(ManifestRefuses, AnUnknownKeyWithLineColumnAndTheNearest) {
  EXPECT_EQ(refusal_with("order = 1", "order = 1\norders = 2"),
            "13:1: sampler 'euler': unknown key 'orders'; did you mean 'order'?");
  EXPECT_EQ(refusal(std::string("sampers = 1\n") + kPlugin + kSampler),
            "1:1: manifest: unknown key 'sampers'; did you mean 'sampler'?");
}

TEST_F(ManifestRefuses, AMisspeltKeyAndSaysWhichIsMissing) {
  EXPECT_EQ(refusal_with("licence", "license"),
            "5:1: [plugin]: unknown key 'license'; did you mean 'licence'?|1:1: [plugin]: licence is "
            "missing");
}

TEST_F(ManifestRefuses, WrongTypesWithLineAndColumn) {
  EXPECT_EQ(refusal_with("name = \"mine\"", "name = 3"),
            "2:8: [plugin]: name is a whole number; a string is wanted");
  EXPECT_EQ(refusal_with("order = 1", "order = \"1\""),
            "12:9: sampler 'euler': order is a string; a whole number from 0 to 4294967295 is wanted");
  EXPECT_EQ(
      refusal_with("order = 1", "order = -1"),
      "12:9: sampler 'euler': order is a whole number; a whole number from 0 to 4294967295 is wanted");
  EXPECT_EQ(refusal_with("fits = [\"additive\"]", "fits = true"),
            "14:8: sampler 'euler': fits is a boolean; a list of strings is wanted");
  EXPECT_EQ(refusal_with("[1, 1, 1]", "[1, 1]"),
            "16:15: sampler 'euler': model_calls: a list of 3 whole numbers of at least 0 is wanted");
  EXPECT_EQ(refusal_with("default = 0.5", "default = \"half\""),
            "23:11: sampler 'euler', parameter 'eta': default is a string; a number is wanted");
}

TEST_F(ManifestRefuses, ASamplerThatIsNoListOfTables) {
  EXPECT_EQ(refusal(std::string("sampler = [1]\n") + kPlugin),
            "1:11: manifest: sampler is a list; tables, each under [[sampler]], are wanted");
}

TEST_F(ManifestRefuses, UnknownValuesWithTheNearest) {
  EXPECT_EQ(refusal_with("noise = \"none\"", "noise = \"gausian\""),
            "13:9: sampler 'euler': noise: unknown value 'gausian'; did you mean 'gaussian'?");
  EXPECT_EQ(refusal_with("traits = []", "traits = [\"stochastik\"]"),
            "15:11: sampler 'euler': traits: unknown value 'stochastik'; did you mean 'stochastic'?");
  EXPECT_EQ(refusal_with("type = \"float\"", "type = \"string\""),
            "20:8: sampler 'euler', parameter 'eta': type: unknown value 'string'; known are: float, "
            "integer, boolean, choice, numbers");
}

TEST_F(ManifestRefuses, ANewerAbiAndSaysWhichHostIsNeeded) {
  EXPECT_EQ(
      refusal_with("abi = \"1.0\"", "abi = \"2.1\"\nnew_key = 1"),
      "4:7: [plugin]: built for plugin ABI 2.1; this host has ABI 1.2, and a host of ABI 2 is needed");
  EXPECT_EQ(refusal_with("abi = \"1.0\"", "abi = \"1.4\""),
            "4:7: [plugin]: built for plugin ABI 1.4; this host has ABI 1.2, and a host of ABI 1.4 or "
            "later is needed");
}

TEST_F(ManifestRefuses, AnAbiThatIsNoVersion) {
  EXPECT_EQ(refusal_with("abi = \"1.0\"", "abi = \"1.x\""),
            "4:7: [plugin]: abi is '1.x'; two numbers as in \"1.0\" are wanted");
  EXPECT_EQ(refusal_with("abi = \"1.0\"", "abi = 1.0"),
            "4:7: [plugin]: abi is a number; a string is wanted");
}

// Found by its fuzzer: written into the manifest's first comment, it began a line of its own.
TEST_F(ManifestRefuses, ALibraryWhoseNameIsNoLine) {
  EXPECT_EQ(refusal_with("mine.so", "two\\nlines.so"),
            "6:11: [plugin]: library 'two\\x0alines.so' holds control characters");
}

TEST_F(ManifestRefuses, ALibraryOutsideItsFolder) {
  for (const std::string name : {"/usr/lib/evil.so", "../evil.so", ""}) {
    EXPECT_EQ(refusal_with("mine.so", name),
              "6:11: [plugin]: library is '" + name +
                  "'; the name of a file in the manifest's folder is wanted");
  }
}

TEST_F(ManifestRefuses, WhatBreaksTheRulesOfDescriptors) {
  EXPECT_EQ(
      refusal_with("name = \"mine\"", "name = \"Mine\""),
      "1:1: [plugin]: name is 'Mine'; 1 to 64 lower case letters, digits, '-' and '_' are accepted");
  EXPECT_EQ(refusal_with("default = 0.5", "default = 2"),
            "17:1: sampler 'euler', parameter 'eta': default is 2; a number from 0 to 1 is accepted");
  EXPECT_EQ(refusal(std::string(kPlugin) + kSampler + kSampler),
            "1:1: [plugin]: sampler 'euler' occurs twice");
  EXPECT_EQ(refusal(kPlugin),
            "1:1: [plugin]: provides neither a sampler nor a scheduler nor a guider nor a noise");
}

TEST_F(ManifestRefuses, WhatCameLaterThanTheAbiThatItSays) {
  const std::string guider =
      "[[guider]]\nid = \"g\"\ntitle = \"G\"\nsummary = \"s\"\nsource = \"t\"\nstage = \"after\"\n"
      "traits = [\"needs_perturbed\"]\nfits = [\"additive\"]\n";
  EXPECT_EQ(
      refusal(std::string(kPlugin) + guider),
      "1:1: [plugin]: has a guider 'g' that needs_perturbed, which came with ABI 1.2; it says 1.0");
  std::string second = guider;
  second.replace(second.find("needs_perturbed"), std::string("needs_perturbed").size(), "needs_second");
  EXPECT_EQ(refusal(std::string(kPlugin) + second),
            "1:1: [plugin]: has a guider 'g' that needs_second, which came with ABI 1.2; it says 1.0");
}

TEST_F(ManifestRefuses, EverythingWrongAtOnce) {
  std::string text = std::string(kPlugin) + kSampler + kParameter;
  text.replace(text.find("order = 1"), 9, "order = 1.5");
  text.replace(text.find("minimum"), 7, "minimun");
  EXPECT_EQ(refusal(text),
            "12:9: sampler 'euler': order is a number; a whole number from 0 to 4294967295 is wanted|"
            "21:1: sampler 'euler', parameter 'eta': unknown key 'minimun'; did you mean 'minimum'?");
}

}  // namespace
}  // namespace ksampler
