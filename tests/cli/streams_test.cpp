// Output that cannot be written, and folders that are not there.
#include "tests/cli/program.hpp"

#include <sys/wait.h>

#include <cstdlib>

namespace ksampler::test {
namespace {

const std::string kLibrary = BINARY_DIR "/plugins/ddim/ddim.so";

}  // namespace

class Streams : public Program {
 protected:
  // Of a shell command in which "ksampler" is the program; its own output goes where it says.
  Outcome shell(const std::string& command) const {
    write("command.sh",
          "exec > .out 2> .err\nksampler() { " BINARY_DIR "/bin/ksampler \"$@\"; }\n" + command + "\n");
    // NOLINTNEXTLINE(bugprone-command-processor): a shell's redirections are what is tested
    const int status = std::system(("cd '" + folder_.string() + "' && bash command.sh").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            read_text(folder_ / ".out"), read_text(folder_ / ".err")};
  }
};

TEST_F(Streams, ThatCannotTakeWhatIsPrintedAreAnErrorOfEachVerb) {
  for (const std::string& verb :
       {std::string("schema"), std::string("docs"), std::string("list"), std::string("list samplers"),
        std::string("list --json"), std::string("help"), std::string("help run"), std::string("--help"),
        std::string("--version"), std::string("run --help"), "check " + kQuickstart,
        "describe " + kLibrary, std::string("validate --list"), std::string("validate --explain order"),
        std::string("new mine")}) {
    const Outcome full = shell("ksampler " + verb + " > /dev/full");
    EXPECT_EQ(full.code, 1) << verb;
    EXPECT_NE(full.err.find("standard output cannot be written"), std::string::npos)
        << verb << ": " << full.err;
    std::filesystem::remove_all(folder_ / "mine");
    const Outcome closed = shell("ksampler " + verb + " >&-");
    EXPECT_EQ(closed.code, 1) << verb;
    EXPECT_NE(closed.err.find("standard output cannot be written"), std::string::npos)
        << verb << ": " << closed.err;
    std::filesystem::remove_all(folder_ / "mine");
  }
}

TEST_F(Streams, SayWhy) {
  EXPECT_EQ(shell("ksampler list > /dev/full").err,
            "ksampler: error: standard output cannot be written: No space left on device; what was "
            "printed is not all there\n");
}

TEST_F(Streams, OfARunMayBeClosedAndItsPictureIsWholeAllTheSame) {
  const Outcome outcome =
      shell("ksampler run " + kQuickstart + " --set base.steps=2 --device cpu --quiet >&-");
  EXPECT_EQ(outcome.code, 1);
  const Outcome checked =
      run_built({"check", "quickstart_00001_.png", "--folder", SOURCE_DIR "/configs"});
  EXPECT_EQ(checked.code, 0) << checked.err;
}

TEST_F(Streams, KeepTheCodeOfAnotherError) {
  EXPECT_EQ(shell("ksampler nonsense > /dev/full").code, 2);
  EXPECT_EQ(shell("ksampler check none.yaml > /dev/full").code, 1);
}

TEST_F(Streams, ThatAreReadNoFurtherAreNoError) {
  EXPECT_EQ(shell("set -o pipefail; ksampler list | cat > /dev/null").code, 0);
}

using Folders = Streams;

TEST_F(Folders, ThatTmpdirNamesAndThatAreNotThereAreSaidSo) {
  ASSERT_EQ(run_built({"run", kQuickstart, "--set", "base.steps=2", "--device", "cpu"}).code, 0);
  environment_["TMPDIR"] = "/nowhere/at/all";
  const Outcome verified = run_built({"verify", "quickstart_00001_.png"});
  EXPECT_EQ(verified.code, 1);
  EXPECT_EQ(verified.err,
            "ksampler: error: TMPDIR is '/nowhere/at/all', and there is no such folder; pictures to "
            "compare with need a folder: set TMPDIR to one\n");
  write("file", "");
  environment_["TMPDIR"] = (folder_ / "file").string();
  EXPECT_NE(run_built({"verify", "quickstart_00001_.png"}).err.find("that is no folder"),
            std::string::npos);
}

TEST_F(Folders, ThatWereDeletedUnderTheProgramAreSaidSo) {
  for (const std::string verb : {"run", "check", "watch", "verify"}) {
    const Outcome outcome =
        shell("mkdir gone && cd gone && rmdir ../gone && ksampler " + verb + " " + kQuickstart);
    EXPECT_EQ(outcome.code, 1) << verb;
    EXPECT_EQ(outcome.err,
              "ksampler: error: the folder that this was started in is not there any more (No such "
              "file or directory); `cd` to one that is\n")
        << verb;
  }
  const Outcome served = shell("mkdir gone && cd gone && rmdir ../gone && ksampler serve --port 0");
  EXPECT_EQ(served.code, 1);
  EXPECT_NE(served.err.find("is not there any more"), std::string::npos) << served.err;
}

}  // namespace ksampler::test
