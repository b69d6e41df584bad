// Command lines that say something wrong, and what they are told.
#include "tests/cli/program.hpp"

namespace ksampler::test {

class Usage : public Program {
 protected:
  void expect_refused(const std::vector<std::string>& arguments, const std::string& message) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "ksampler: error: " + message + "\nTry `ksampler --help`.\n");
  }
};

TEST_F(Usage, WithoutAVerbShowsTheHelp) {
  const Outcome outcome = run({});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("Usage: ksampler"), std::string::npos);
  for (const std::string verb : {"run", "check", "list", "describe", "docs", "schema"}) {
    EXPECT_NE(outcome.err.find("\n  " + verb + " "), std::string::npos) << verb;
  }
}

TEST_F(Usage, HelpIsNoError) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"run", "--help"}, {"list", "-h"}}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0);
    EXPECT_NE(outcome.out.find("Usage: ksampler"), std::string::npos);
    EXPECT_EQ(outcome.err, "");
  }
}

TEST_F(Usage, SaysItsVersionAndThatOfItsAbi) {
  const Outcome outcome = run({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out.rfind("ksampler ", 0), 0u);
  EXPECT_NE(outcome.out.find(" (the program)\nABI 1."), std::string::npos) << outcome.out;
}

TEST_F(Usage, HelpIsAVerbToo) {
  EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
  EXPECT_EQ(run({"help", "list"}).out, run({"list", "--help"}).out);
  const Outcome outcome = run({"help", "rnu"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err, "ksampler: error: there is no verb 'rnu'; did you mean 'run'?\n");
}

TEST_F(Usage, OfASizeThatIsNone) {
  for (const std::string verb : {"run", "serve"}) {
    expect_refused({verb, "--memory", "6XB"},
                   "--memory: '6XB' is no size; expected a number and a unit, such as 6GB or 800MB");
  }
}

TEST_F(Usage, OfAnUnknownVerb) {
  expect_refused({"rnu", "file.yaml"}, "unknown verb 'rnu'; did you mean 'run'?");
  const Outcome outcome = run({"paint"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err.rfind(
                "ksampler: error: unknown verb 'paint'; known are: run, watch, verify, show, ", 0),
            0u)
      << outcome.err;
}

TEST_F(Usage, OfAnUnknownOption) {
  expect_refused({"run", "a.yaml", "--devise", "cpu"},
                 "run has no option '--devise'; did you mean '--device'?");
  expect_refused({"run", "--devise=cpu", "a.yaml"},
                 "run has no option '--devise'; did you mean '--device'?");
  expect_refused({"list", "--jsno"}, "list has no option '--jsno'; did you mean '--json'?");
  expect_refused({"--vrsion"}, "ksampler has no option '--vrsion'; did you mean '--version'?");
}

TEST_F(Usage, OfAnOptionThatLacksItsValue) {
  expect_refused({"run", "a.yaml", "--out", "--quiet"},
                 "--out: it takes a value, and '--quiet' is an option");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "--quiet"));
  expect_refused({"run", "a.yaml", "--out", ""}, "--out: it takes a name, and there is an empty one");
}

TEST_F(Usage, OfAnUnknownDevice) {
  expect_refused({"run", "a.yaml", "--device", "gpu"},
                 "--device: unknown device 'gpu'; it takes one of: auto, cpu, cuda");
}

TEST_F(Usage, OfATypeThatNetworksDoNotComputeWith) {
  expect_refused({"run", "a.yaml", "--vae-dtype", "fp8"},
                 "--vae-dtype: unknown type 'fp8'; it takes one of: auto, fp32, fp16, bf16");
}

TEST_F(Usage, OfAnOptionWithoutItsValue) {
  expect_refused({"run", "a.yaml", "--set"}, "--set needs a value: NODE.INPUT=VALUE");
}

TEST_F(Usage, OfANumberThatIsNone) {
  expect_refused({"run", "a.yaml", "--isolate-limit", "long"},
                 "--isolate-limit: 'long' does not fit; it takes a number from 0.001 to 1e+06");
  expect_refused({"run", "a.yaml", "--isolate-limit", "0"},
                 "--isolate-limit: '0' does not fit; it takes a number from 0.001 to 1e+06");
}

TEST_F(Usage, OfAnUnknownCheck) {
  expect_refused({"validate", "--explain", "same-twcie"},
                 "--explain: unknown check 'same-twcie'; did you mean 'same-twice'?");
}

TEST_F(Usage, OfAnUnknownList) {
  expect_refused({"list", "sampler"},
                 "unknown list 'sampler'; it takes one of: plugins, samplers, schedulers, guiders, "
                 "noises, nodes; did you "
                 "mean 'samplers'?");
  expect_refused({"list", "models"},
                 "unknown list 'models'; it takes one of: plugins, samplers, schedulers, guiders, "
                 "noises, nodes; did you "
                 "mean 'nodes'?");
}

TEST_F(Usage, WithoutAFile) {
  expect_refused({"run"},
                 "run needs FILE: The pipeline file, a workflow of ComfyUI (*.json), or a picture "
                 "(*.png, *.webp) that SaveImage wrote");
  expect_refused(
      {"check"},
      "check needs FILE...: Pipeline files, or pictures (*.png, *.webp) that SaveImage wrote");
  expect_refused({"new"},
                 "new needs NAME: Of the plugin and of its sampler, scheduler, guider or noise, such "
                 "as my_sampler");
}

TEST_F(Usage, WithTooMuch) {
  expect_refused({"run", "a.yaml", "b.yaml"}, "run takes no further argument, but there is 'b.yaml'");
}

TEST_F(Usage, OfASettingThatIsNone) {
  write("a.yaml", "nodes:\n");
  const Outcome outcome = run({"run", "a.yaml", "--set", "steps=30"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err, "--set steps=30: error: it takes node.input=value, such as base.steps=30\n");
}

}  // namespace ksampler::test
