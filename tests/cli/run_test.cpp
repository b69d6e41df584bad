#include "tests/cli/program.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>

namespace ksampler::test {
namespace {

std::string last_lines(const std::string& text, int count) {
  std::size_t at = text.size();
  for (; count >= 0 && at != std::string::npos && at > 0; --count) at = text.rfind('\n', at - 1);
  return at == std::string::npos || at == 0 ? text : text.substr(at + 1);
}

}  // namespace

using RunVerb = Program;

TEST_F(RunVerb, SaysInItsLastLinesWhatItWrote) {
  const Outcome outcome =
      run_built({"run", kQuickstart, "--set", "base.steps=2", "--device", "cpu", "--out", "pictures"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out.rfind("Wrote 1 file in ", 0), 0u) << outcome.out;
  EXPECT_EQ(last_lines(outcome.out, 1), "  pictures/quickstart_00001_.png\n");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "pictures/quickstart_00001_.png"));
}

TEST_F(RunVerb, ReportsNodesAndStepsInLinesWhereThereIsNoTerminal) {
  const Outcome outcome = run_built({"run", kQuickstart, "--set", "base.steps=20", "--device", "cpu"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.err.find_first_of("\r\033"), std::string::npos);
  EXPECT_NE(outcome.err.find("base (KSampler)\n  base: step 2 of 20, "), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("\n  base: step 20 of 20, "), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("step 3 of 20"), std::string::npos) << outcome.err;
}

TEST_F(RunVerb, QuietlySaysOnlyTheNamesOfFiles) {
  const Outcome outcome =
      run_built({"run", kQuickstart, "--set", "base.steps=2", "--device", "cpu", "--quiet"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, "./quickstart_00001_.png\n");
}

// Asks libgomp itself, which says what it goes by when it is loaded.
TEST_F(RunVerb, HasThreadsThatWaitAsleepUnlessTheUserHasSaidHowTheyWait) {
  const auto said = [&] {
    return run_built({"run", kQuickstart, "--set", "base.steps=1", "--device", "cpu", "--quiet"}).err;
  };
  environment_["OMP_DISPLAY_ENV"] = "VERBOSE";
  EXPECT_NE(said().find("GOMP_SPINCOUNT = '1000'"), std::string::npos) << said();
  environment_["GOMP_SPINCOUNT"] = "77";
  EXPECT_NE(said().find("GOMP_SPINCOUNT = '77'"), std::string::npos) << said();
  environment_.erase("GOMP_SPINCOUNT");
  environment_["OMP_WAIT_POLICY"] = "ACTIVE";
  EXPECT_EQ(said().find("GOMP_SPINCOUNT = '1000'"), std::string::npos) << said();
}

TEST_F(RunVerb, ChecksBeforeItLoadsAnything) {
  environment_["LD_DEBUG"] = "files";
  const Outcome outcome = run_built({"run", kQuickstart, "--set", "base.steps=0"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("--set base.steps=0: error: 'steps' of node 'base' is 0"),
            std::string::npos);
  EXPECT_EQ(outcome.err.find("libtorch"), std::string::npos);
}

TEST_F(RunVerb, GivesAnErrorOfANodeItsPlace) {
  write("broken.latent", "no safetensors");
  write("p.yaml",
        "nodes:\n"
        "  latent: { type: LoadLatent, latent: broken.latent }\n"
        "  save: { type: SaveLatent, samples: $latent }\n");
  const Outcome outcome = run_built({"run", "p.yaml", "--device", "cpu"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("broken.latent"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find(": error: "), std::string::npos) << outcome.err;
}

TEST_F(RunVerb, ComputesWhereThePipelineSaysUnlessAnOptionSaysIt) {
  write("p.yaml",
        "device: cuda\n"
        "nodes:\n"
        "  canvas: { type: EmptyLatentImage }\n"
        "  save: { type: SaveLatent, samples: $canvas }\n");
  EXPECT_EQ(run_built({"run", "p.yaml", "--device", "cpu"}).code, 0);
  if (std::filesystem::exists("/dev/nvidia0"))
    GTEST_SKIP() << "a GPU is there: the refusal cannot be seen";
  const Outcome outcome = run_built({"run", "p.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("device 'cuda' was asked for"), std::string::npos) << outcome.err;
}

TEST_F(RunVerb, StopsAtTheNextStepOnInterrupt) {
  bool sent = false;
  const Outcome outcome =
      run_built({"run", kQuickstart, "--set", "base.steps=10000", "--device", "cpu"}, [&](int child) {
        if (sent || errors_so_far().find("base (KSampler)") == std::string::npos) return;
        kill(child, SIGINT);
        sent = true;
      });
  EXPECT_EQ(outcome.code, 130);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("stopping at the next step; Ctrl-C again ends at once\n"),
            std::string::npos);
  EXPECT_EQ(last_lines(outcome.err, 1), "stopped\n");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "quickstart_00001_.png"));
}

TEST_F(RunVerb, SaysWhereItLookedForItsLibTorchHalf) {
  write("a.latent", "");
  write("p.yaml",
        "nodes:\n"
        "  latent: { type: LoadLatent, latent: a.latent }\n"
        "  save: { type: SaveLatent, samples: $latent }\n");
  const Outcome missing = run({"run", "p.yaml"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_EQ(missing.err,
            "ksampler: error: there is no libksampler_runtime.so, which a run needs; looked for:\n  " +
                (folder_ / "lib/libksampler_runtime.so").string() + "\n  " +
                (folder_ / "lib/ksampler/libksampler_runtime.so").string() + "\n");

  const auto library = write("lib/libksampler_runtime.so", "no library");
  const Outcome broken = run({"run", "p.yaml"});
  EXPECT_EQ(broken.code, 1);
  EXPECT_EQ(broken.err.rfind(library.string() + ": error: cannot be loaded, and a run needs it: ", 0),
            0u)
      << broken.err;
}

TEST_F(RunVerb, IsolatesPluginsAndMakesTheSamePicture) {
  const std::string pipeline = SOURCE_DIR "/configs/quickstart.yaml";
  const Outcome within = run_built({"run", pipeline, "--quiet", "--device", "cpu", "--out", "within"});
  const Outcome apart =
      run_built({"run", pipeline, "--quiet", "--device", "cpu", "--out", "apart", "--isolate", "all"});
  EXPECT_EQ(apart.code, 0) << apart.err;
  EXPECT_EQ(apart.err, "");
  EXPECT_EQ(read_text(folder_ / "apart/quickstart_00001_.png"),
            read_text(folder_ / "within/quickstart_00001_.png"));
}

TEST_F(RunVerb, IsolatesNoPluginThatThereIsNot) {
  const Outcome outcome =
      run_built({"run", SOURCE_DIR "/configs/quickstart.yaml", "--isolate", "k-difusion"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find(
                "--isolate k-difusion: error: there is no such plugin; did you mean 'k-diffusion'?"),
            std::string::npos)
      << outcome.err;
}

TEST_F(RunVerb, FindsAnOutputFolderThatCannotBeBeforeItBegins) {
  write("taken", "a file");
  for (const char* out : {"taken", "taken/below"}) {
    const Outcome outcome = run_built({"run", SOURCE_DIR "/configs/quickstart.yaml", "--out", out});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.err.find("KSampler"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("taken is no folder; outputs need one"), std::string::npos)
        << outcome.err;
  }
}

namespace {

// For as long as it lives, files may not grow beyond `bytes` in the processes that are started.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_F(RunVerb, NamesAPictureThatIsLargerThanAFileMayBeAndKeepsWhatWasSampled) {
  // For copies of the plugins.
  const auto room =
      std::max(std::filesystem::file_size(BINARY_DIR "/plugins/k-diffusion/k-diffusion.so"),
               std::filesystem::file_size(BINARY_DIR "/plugins/schedules/schedules.so")) +
      (64U << 10);
  const std::string enlarged =
      std::to_string(room > (2U << 20) ? 8192 : 2048);  // noise compresses badly
  write("p.yaml",
        "nodes:\n"
        "  ck: { type: CheckpointLoaderSimple, ckpt_name: " SOURCE_DIR
        "/configs/models/shapes.safetensors }\n"
        "  text: { type: CLIPTextEncode, clip: $ck.clip, text: a star }\n"
        "  canvas: { type: EmptyLatentImage, width: 128, height: 128 }\n"
        "  base: { type: KSampler, model: $ck.model, positive: $text, negative: $text, latent_image: "
        "$canvas, seed: 9, steps: 2, cfg: 1.0, sampler_name: euler, scheduler: karras }\n"
        "  image: { type: VAEDecode, vae: $ck.vae, samples: $base }\n"
        "  large: { type: ImageScale, image: $image, upscale_method: bilinear, width: " +
            enlarged + ", height: " + enlarged +
            " }\n"
            "  save: { type: SaveImage, images: $large, filename_prefix: large }\n");
  const FileSizeLimit limit(room);
  const Outcome outcome = run_built({"run", "p.yaml", "--quiet", "--device", "cpu", "--out", "out"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(
      outcome.err.find("out/large_00001_.png: error: cannot be written: File too large; nothing was "
                       "left under this name"),
      std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("rescued_base"), std::string::npos) << outcome.err;
}

TEST_F(RunVerb, NamesAPluginOfWhichNoCopyCanBeWritten) {
  const FileSizeLimit limit(10U << 10);
  const Outcome outcome = run_built({"run", kQuickstart, "--quiet", "--device", "cpu"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("no private copy of it can be written to "), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("File too large"), std::string::npos) << outcome.err;
}

}  // namespace ksampler::test
