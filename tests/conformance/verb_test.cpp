// `ksampler validate` as its users run it.
#include "tests/conformance/outcomes.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace ksampler::conformance {
namespace {

struct Answer {
  int code;
  std::string out;  // and standard error
};

Answer run(const std::string& arguments) {
  const std::string command = std::string(BINARY_DIR) + "/bin/ksampler validate " + arguments + " 2>&1";
  // NOLINTNEXTLINE(bugprone-command-processor): the verb as a shell runs it
  FILE* pipe = ::popen(command.c_str(), "r");
  Answer answer{-1, {}};
  std::array<char, 4096> bytes;
  while (const std::size_t got = std::fread(bytes.data(), 1, bytes.size(), pipe))
    answer.out.append(bytes.data(), got);
  answer.code = WEXITSTATUS(::pclose(pipe));
  return answer;
}

TEST(ValidateVerb, ExitsWith0WhereNothingFailedAnd1Otherwise) {
  EXPECT_EQ(run(fixture("broken", "fine").string()).code, 0);
  const Answer answer = run(fixture("broken", "wrong_order").string() + " --only numerics");
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.out.find("fail  order"), std::string::npos) << answer.out;
  EXPECT_EQ(run("nowhere.so").code, 1);
}

TEST(ValidateVerb, ListsOneLineACheck) {
  const Answer answer = run("--list");
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(static_cast<std::size_t>(std::count(answer.out.begin(), answer.out.end(), '\n')),
            all_checks().size() + 1);  // which says how to read more
  EXPECT_NE(answer.out.find("same-twice"), std::string::npos);
  EXPECT_NE(answer.out.find("The same run twice gives the same bits."), std::string::npos);
}

TEST(ValidateVerb, ExplainsACheck) {
  EXPECT_EQ(run("--explain same-twice").out,
            "same-twice (numerics): The same run twice gives the same bits.\n");
  const Answer answer = run("--explain nothing");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.out.find("unknown check 'nothing'"), std::string::npos) << answer.out;
}

TEST(ValidateVerb, IsNoSuccessWhereNothingWasChecked) {
  const Answer answer = run(fixture("broken", "fine").string() + " --only schedulers");
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.out.find("nothing was checked"), std::string::npos) << answer.out;
}

TEST(ValidateVerb, SaysWhatFailedAgainAtTheEnd) {
  const Answer answer = run(fixture("broken", "wrong_order").string() + " --only numerics");
  const std::size_t sum = answer.out.find(" failed");
  ASSERT_NE(sum, std::string::npos) << answer.out;
  EXPECT_NE(answer.out.find("\nFailed:\n  order: ", sum), std::string::npos) << answer.out;
}

TEST(ValidateVerb, SaysWhatAFileIsThatIsNoPlugin) {
  const test::TemporaryFolder folder;
  const auto says = [&](const std::string& name) {
    test::write_text(folder / name, "some text");
    return run((folder / name).string()).out;
  };
  EXPECT_NE(says("a.yaml").find("a pipeline is checked by `ksampler check`"), std::string::npos);
  EXPECT_NE(says("a.cpp").find("this is source: build it first"), std::string::npos);
  EXPECT_NE(says("plugin.toml").find("this is a manifest"), std::string::npos);
  EXPECT_NE(says("a.so").find("is no plugin, as it is no shared library (ELF)"), std::string::npos);
}

TEST(ValidateVerb, TakesSettingsAndALibraryToCompareWith) {
  const std::string fine = fixture("broken", "fine").string();
  const Answer answer = run(fine + " --set power=0.25 --only same-as --same-as " + fine);
  EXPECT_EQ(answer.code, 0) << answer.out;
  EXPECT_NE(answer.out.find("pass  same-as"), std::string::npos) << answer.out;
  EXPECT_NE(run(fine + " --set power").out.find("`--set eta=0` is one"), std::string::npos);
  EXPECT_NE(run(fine + " --same-as nowhere.so").out.find("nowhere.so: error: no such file"),
            std::string::npos);
}

TEST(ValidateVerb, TakesAWarningForAFailureWhereAsked) {
  const std::string warned = fixture("broken", "keeps_tensors").string() + " --only contract";
  EXPECT_EQ(run(warned).code, 0);
  EXPECT_EQ(run(warned + " --strict").code, 1);
}

TEST(ValidateVerb, WantsAPlugin) {
  const Answer answer = run("");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.out.find("no plugin is given"), std::string::npos) << answer.out;
}

TEST(ValidateVerb, WritesJsonAndAPage) {
  const test::TemporaryFolder folder;
  const std::string page = (folder / "card.html").string();
  const Answer answer = run(fixture("broken", "fine").string() + " --json --html " + page);
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(nlohmann::json::parse(answer.out)["passed"], true);
  EXPECT_NE(test::read_text(page).find("<svg "), std::string::npos);
}

}  // namespace
}  // namespace ksampler::conformance
