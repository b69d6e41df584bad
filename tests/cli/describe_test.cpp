#include "tests/cli/program.hpp"

namespace ksampler::test {

class Describe : public Program {
 protected:
  static std::string library() { return BINARY_DIR "/plugins/schedules/schedules.so"; }
};

TEST_F(Describe, PrintsTheManifestThatTheBuildWroteBesideTheLibrary) {
  const Outcome outcome = run({"describe", library()});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, read_text(BINARY_DIR "/plugins/schedules/plugin.toml"));
}

TEST_F(Describe, WritesItToAFile) {
  write("plugin.toml", "an old one");
  const Outcome outcome = run({"describe", library(), "--out", "plugin.toml"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(read_text(folder_ / "plugin.toml"), read_text(BINARY_DIR "/plugins/schedules/plugin.toml"));
}

TEST_F(Describe, RefusesWhatIsNoLibrary) {
  write("text.so", "not a library");
  const Outcome outcome = run({"describe", "text.so"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("text.so: error: "), std::string::npos) << outcome.err;
}

// The manifest names the file: a name that TOML cannot hold, or a line cannot show, would make one that
// nobody reads.
TEST_F(Describe, RefusesANameThatAManifestCannotHold) {
  for (const std::string name : {"two\nlines.so", "not \xFF utf-8.so"}) {
    std::filesystem::copy_file(library(), folder_ / name);
    const Outcome outcome = run({"describe", name, "--out", "plugin.toml"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("library '"), std::string::npos) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "plugin.toml"));
  }
}

}  // namespace ksampler::test
