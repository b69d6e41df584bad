// Listing, checking and helping load neither LibTorch nor a plugin: the dynamic linker's own record of
// what it opened says so.
#include "tests/cli/program.hpp"

namespace ksampler::test {

class LoadsNothing : public Program {
 protected:
  LoadsNothing() {
    add_plugin(fixture_plugin());
    environment_["LD_DEBUG"] = "files";
  }

  void expect_light(const std::vector<std::string>& arguments) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0) << arguments.front();
    EXPECT_NE(outcome.err.find("libc.so"), std::string::npos) << "the linker kept no record";
    for (const char* heavy : {"libtorch", "libc10", "libksampler_runtime", "fixture.so", "plugins/"}) {
      EXPECT_EQ(outcome.err.find(heavy), std::string::npos) << arguments.front() << " loads " << heavy;
    }
  }
};

TEST_F(LoadsNothing, ToList) {
  for (const char* what : {"plugins", "samplers", "schedulers", "guiders", "noises", "nodes"})
    expect_light({"list", what});
  expect_light({"list", "--json"});
}

TEST_F(LoadsNothing, ToCheck) {
  write("a.latent", "");
  write("p.yaml",
        "nodes:\n"
        "  select: { type: KSamplerSelect, sampler_name: zigzag }\n"
        "  latent: { type: LoadLatent, latent: a.latent }\n"
        "  save: { type: SaveLatent, samples: $latent }\n");
  expect_light({"check", "p.yaml"});
}

TEST_F(LoadsNothing, ToHelp) {
  expect_light({"--help"});
  expect_light({"--version"});
  expect_light({"docs"});
  expect_light({"schema"});
}

}  // namespace ksampler::test
