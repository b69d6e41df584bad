// ksampler watch: edit, and see the next picture.
#include "host/files/png.hpp"
#include "tests/cli/program.hpp"

#include <csignal>
#include <functional>
#include <utility>
#include <vector>

namespace ksampler::test {
namespace {

namespace fs = std::filesystem;

const fs::path kVariants = BINARY_DIR "/tests/fixtures/plugins/swap";

// Does one thing after another to what is watched, each once the program has said often enough that it
// waits; then Ctrl-C.
class Script {
 public:
  Script& then(std::function<void()> act) {
    acts_.push_back(std::move(act));
    return *this;
  }
  // `said`: what is on standard error so far.
  void go_on(int child, const std::string& said) {
    std::size_t waits = 0;
    for (auto at = said.find(kWaits); at != std::string::npos; at = said.find(kWaits, at + 1)) ++waits;
    if (waits <= next_ || next_ > acts_.size()) return;
    if (next_ == acts_.size()) {
      kill(child, SIGINT);
    } else {
      acts_[next_]();
    }
    ++next_;
  }

 private:
  static constexpr const char* kWaits = "Watching; Ctrl-C ends\n";
  std::vector<std::function<void()>> acts_;
  std::size_t next_ = 0;
};

class WatchVerb : public Program {
 protected:
  WatchVerb() {
    put_plugin(1);
    fs::copy_file(kVariants / "1/plugin.toml", folder_ / "plugins/swap/plugin.toml");
    write("p.yaml", pipeline(2));
  }

  // What the sampler leaves, as a picture, and one that is only loaded.
  static std::string pipeline(int scale) {
    return "nodes:\n"
           "  model: { type: ToyDenoiser, file: " TEST_DATA
           "/parity/model.safetensors }\n"
           "  what: { type: ToyConditioning, label: 1 }\n"
           "  canvas: { type: EmptyLatentImage, width: 128, height: 128 }\n"
           "  base: { type: KSampler, model: $model, positive: $what, negative: $what,\n"
           "          latent_image: $canvas, seed: 1, steps: 2, cfg: 1.0, sampler_name: once,\n"
           "          scheduler: line }\n"
           "  preview: { type: LatentPreview, samples: $base, scale: " +
           std::to_string(scale) +
           " }\n"
           "  picture: { type: SaveImage, images: $preview, filename_prefix: picture }\n"
           "  in: { type: LoadImage, image: in.png }\n"
           "  loaded: { type: SaveImage, images: $in, filename_prefix: loaded }\n";
  }
  void put_plugin(int variant) const {
    fs::create_directories(folder_ / "plugins/swap");
    fs::copy_file(kVariants / std::to_string(variant) / "swap.so", folder_ / "plugins/swap/swap.so",
                  fs::copy_options::overwrite_existing);
  }
  void put_picture(const char* name) const {
    fs::copy_file(fs::path(TEST_DATA "/pictures") / name, folder_ / "in.png",
                  fs::copy_options::overwrite_existing);
  }
  Outcome watch(Script script) const {
    return run_built({"watch", "p.yaml", "--plugins", "plugins", "--device", "cpu", "--out", "out"},
                     [&](int child) { script.go_on(child, errors_so_far()); });
  }
  Picture made(const std::string& name) const { return read_png(folder_ / "out" / name); }
};

TEST_F(WatchVerb, RunsAgainForEachKindOfChangeAndEndsWithInterrupt) {
  put_picture("rgb8.png");
  const Outcome outcome =
      watch(Script().then([&] { write("p.yaml", pipeline(1)); }).then([&] { put_plugin(2); }).then([&] {
        put_picture("grey8.png");
      }));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("p.yaml changed\n"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("plugin swap swapped (generation 2)\n"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("in.png changed\n"), std::string::npos) << outcome.err;
  EXPECT_EQ(made("picture_00001_.png").width, 32u);
  EXPECT_EQ(made("picture_00002_.png").width, 16u);
  EXPECT_NE(made("picture_00003_.png").rgba, made("picture_00002_.png").rgba);
  EXPECT_EQ(made("picture_00004_.png").rgba, made("picture_00003_.png").rgba);
  EXPECT_NE(made("loaded_00004_.png").rgba, made("loaded_00003_.png").rgba);
  EXPECT_FALSE(fs::exists(folder_ / "out/picture_00005_.png"));
  // Old and new beside each other, a row for each picture, with 8 pixels around.
  const std::uint32_t loaded = made("loaded_00001_.png").height;
  EXPECT_EQ(made("old_new_00001_.png").width, 8u + 32 + 8 + 16 + 8);
  EXPECT_EQ(made("old_new_00001_.png").height, 8u + 32 + 8 + loaded + 8);
  EXPECT_NE(outcome.out.find("  out/old_new_00003_.png\n"), std::string::npos) << outcome.out;
}

TEST_F(WatchVerb, GoesOnWithTheOldWhereTheNewIsBad) {
  put_picture("rgb8.png");
  bool mended = false;
  const Outcome outcome = run_built(
      {"watch", "p.yaml", "--plugins", "plugins", "--device", "cpu", "--out", "out"},
      [&, step = 0](int child) mutable {
        const std::string said = errors_so_far();
        if (step == 0 && said.find("Watching") != std::string::npos) {
          put_plugin(4);
          step = 1;
        } else if (step == 1 && said.find("stays as it was (generation 1)") != std::string::npos) {
          write("p.yaml", "nodes: {");
          step = 2;
        } else if (step == 2 && said.find("p.yaml:1:") != std::string::npos) {
          write("p.yaml", pipeline(1));
          step = 3;
        } else if (step == 3 && fs::exists(folder_ / "out/old_new_00001_.png")) {
          mended = true;
          kill(child, SIGINT);
          step = 4;
        }
      });
  EXPECT_TRUE(mended);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("was killed by signal 6 (Aborted), while testing sampler 'once'"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(made("picture_00002_.png").width, 16u);
}

TEST_F(WatchVerb, StopsARunThatAChangeOvertakes) {
  put_picture("rgb8.png");
  std::string slow = pipeline(1);
  slow.replace(slow.find("steps: 2"), 8, "steps: 10000");
  slow.replace(slow.find("once"), 4, "euler");
  slow.replace(slow.find("line"), 4, "karras");
  write("p.yaml", slow);
  int step = 0;
  const Outcome outcome = run_built(
      {"watch", "p.yaml", "--plugins", "plugins", "--device", "cpu", "--out", "out"}, [&](int child) {
        if (step == 0 && errors_so_far().find("base: step ") != std::string::npos) {
          write("p.yaml", pipeline(2));
          step = 1;
        } else if (step == 1 && errors_so_far().find("Watching") != std::string::npos) {
          kill(child, SIGINT);
          step = 2;
        }
      });
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("stopped, as what it was made from changed\np.yaml changed\n"),
            std::string::npos)
      << outcome.err;
  EXPECT_EQ(made("picture_00001_.png").width, 32u);
  EXPECT_FALSE(fs::exists(folder_ / "out/picture_00002_.png"));
}

TEST_F(WatchVerb, RefusesAPicture) {
  put_picture("rgb8.png");
  const Outcome outcome = run_built({"watch", "in.png"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("is a picture, which does not change"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace ksampler::test
