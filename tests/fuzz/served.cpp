#include "tests/fuzz/served.hpp"

#include "host/files/output.hpp"
#include "host/files/png.hpp"
#include "host/serve/comfy/comfy.hpp"
#include "host/serve/gate.hpp"
#include "host/serve/page.hpp"
#include "host/serve/pictures/routes.hpp"
#include "host/serve/routes.hpp"
#include "host/serve/run_workers.hpp"
#include "tests/fuzz/conversation.hpp"

#include <unistd.h>

#include <algorithm>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>

namespace ksampler {

namespace fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kSteps = 2;
const std::vector<std::uint8_t> kPixel = {255, 0, 0};

constexpr const char* kPlugin = R"([plugin]
name = "fuzzed"
version = "1.2.3"
abi = "1.0"
licence = "Apache-2.0"
library = "fuzzed.so"

[[sampler]]
id = "euler"
title = "Euler"
summary = "Euler's method"
source = "none"
order = 1
noise = "none"
fits = ["additive", "flow"]
traits = []
model_calls = [1, 1, 1]

[[sampler.parameter]]
id = "eta"
summary = "How much noise"
type = "float"
minimum = 0
maximum = 1
default = 0

[[scheduler]]
id = "normal"
title = "Normal"
summary = "As the model was trained"
source = "none"
)";

constexpr const char* kTextToPicture = R"(nodes:
  words: { type: CLIPTextEncode, clip: $checkpoint.clip, text: a star }
  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: small.safetensors }
  canvas: { type: EmptyLatentImage, width: 64, height: 64, batch_size: 1 }
  base: { type: KSampler, model: $checkpoint.model, positive: $words, negative: $words, latent_image: $canvas, seed: 1, steps: 2, cfg: 1.0, sampler_name: euler, scheduler: normal, denoise: 1.0 }
  image: { type: VAEDecode, vae: $checkpoint.vae, samples: $base }
  save: { type: SaveImage, images: $image, filename_prefix: a/b }
)";
constexpr const char* kPictureToPicture = R"(nodes:
  checkpoint: { type: CheckpointLoaderSimple, ckpt_name: small.safetensors }
  words: { type: CLIPTextEncode, clip: $checkpoint.clip, text: a star }
  photo: { type: LoadImage, image: photo.png }
  latent: { type: VAEEncode, pixels: $photo, vae: $checkpoint.vae }
  base: { type: KSampler, model: $checkpoint.model, positive: $words, negative: $words, latent_image: $latent, seed: 1, steps: 2, cfg: 1.0, sampler_name: euler, scheduler: normal, denoise: 1.0 }
  image: { type: VAEDecode, vae: $checkpoint.vae, samples: $base }
  save: { type: SaveImage, images: $image, filename_prefix: a/b }
)";

// A model's file, as far as one that is only looked at.
std::string small_model() {
  std::string header;
  for (const char* name : {"model.diffusion_model.a", "first_stage_model.a",
                           "cond_stage_model.transformer.text_model.a", "a"}) {
    header += (header.empty() ? "{\"" : ",\"") + std::string(name) +
              "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
  }
  header += "}";
  std::string file(8, '\0');
  file[0] = static_cast<char>(header.size() % 256);
  file[1] = static_cast<char>(header.size() / 256);
  return file + header;
}

void write(const fs::path& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string pixel() {
  const std::vector<std::byte> png = png_bytes(1, 1, kPixel);
  return {reinterpret_cast<const char*>(png.data()), png.size()};
}

// Samples for two steps, and writes a picture for each node that saves any.
class PixelRuntime final : public Runtime {
 public:
  void run(const Pipeline& pipeline, const Registry&, const RunOptions& options,
           Reporter& reporter) override {
    for (const Node& node : pipeline.nodes) {
      if (options.stop->load()) throw Stopped();
      reporter.node_begins(node);
      for (std::uint32_t step = 1; node.decl->samples && step <= kSteps; ++step) {
        reporter.step_done(node, step, kSteps);
        reporter.preview(node, step, kSteps, {1, 1, kPixel});
      }
      const bool saves = node.decl->type == "SaveImage";
      if (!saves && node.decl->type != "PreviewImage") continue;
      reporter.file_written(node, write_numbered(saves ? options.out : options.previews,
                                                 saves ? prefix_of(node) : "preview", ".png",
                                                 png_bytes(1, 1, kPixel, options.record)));
    }
  }
  std::string describe() const override { return "none"; }
  ComputeDevice device() const override { return {"cpu", "cpu", 1, 1}; }
  void let_go() override {}

 private:
  static std::string prefix_of(const Node& node) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const auto* const text = find_literal<std::string>(&node.inputs[i]);
      if (text != nullptr && node.decl->inputs[i].name == "filename_prefix") return *text;
    }
    return "linked";
  }
};

// What stays as it is from input to input.
//
//   folder/outside/secret   which nobody may read, or change
//   folder/models           and beside it plugins, page and templates
//   folder/served/base      where the server writes
struct Ground {
  Ground() {
    std::string name = (fs::temp_directory_path() / "ksampler-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder = name;
    write(folder / "outside/secret", secret);
    write(folder / "models/checkpoints/small.safetensors", small_model());
    write(folder / "models/embeddings/good.safetensors", small_model());
    write(folder / "models/photo.png", pixel());
    write(folder / "plugins/fuzzed/plugin.toml", kPlugin);
    write(folder / "plugins/fuzzed/fuzzed.so", "");
    write(folder / "page/index.html", "<html></html>");
    write(folder / "page/assets/index-1f.js", "1");
    write(folder / "templates/small.json", "{}");
    files.add(folder / "models");
    plugins.emplace(std::vector<fs::path>{folder / "plugins"}, Isolation{}, LogSink{},
                    LiveSettings{.quiet = {}, .patience = {}, .self_test_limit = {}});
    const auto pipeline = [&](const char* text) {
      return std::make_shared<const PicturePipeline>(
          PipelineSource{"fuzzed.yaml", folder / "models", text, files}, *plugins->current());
    };
    pipelines = {pipeline(kTextToPicture), pipeline(kPictureToPicture)};
  }

  fs::path folder;
  std::string secret = std::string("\x07\x1b") + "is read by nobody" + "\x1b\x07";
  FileFolders files;
  std::optional<ServedPlugins> plugins;
  PicturePipelines pipelines;
};

Ground& ground() {
  static Ground& made = []() -> Ground& {
    auto* one = new Ground;
    std::atexit([] { fs::remove_all(ground().folder); });
    return *one;
  }();
  return made;
}

// A server that has just been started.
class Served {
 public:
  Served() {
    const fs::path base = ground().folder / "served/base";
    write(base / "output/a.png", pixel());
    write(base / "input/b.png", pixel());
    write(base / "user/default/workflows/w.json", "{}");
    fs::create_directory_symlink(ground().folder / "outside", base / "user/default/away");
    ComfyOptions options;
    options.base = base;
    options.folder = ground().folder / "models";
    options.files = ground().files;
    options.page = ground().folder / "page";
    options.templates = ground().folder / "templates";
    options.runtime = runtime_;
    comfy_.emplace(options, book_, *ground().plugins);
    comfy_->add_to(router);
    add_openai_routes(router, ground().pipelines, runs_);
    add_a1111_routes(router, ground().pipelines, runs_, *ground().plugins);
    server_options_.folder = options.folder;
    server_options_.files = options.files;
    server_options_.out = base / "output";
    add_page_route(router, server_options_);
    add_run_routes(router, server_options_, book_, *ground().plugins);
    add_plugin_routes(router, *ground().plugins, changes_);
  }
  ~Served() {
    wait_for_runs();
    workers_.reset();
    fs::remove_all(ground().folder / "served");
  }

  // Only where something is to run: a thread costs more than most requests.
  void start_to_run() {
    if (workers_) return;
    workers_.emplace(book_, *ground().plugins, runtime_, 1,
                     WorkerOptions{.out = ground().folder / "served/base/output"});
  }

  void wait_for_runs() {
    const auto goes_on = [](const RunView& run) {
      return run.state == RunState::queued || run.state == RunState::running;
    };
    for (std::uint64_t seen = 0;;) {
      const auto runs = book_.all();
      if (std::ranges::none_of(runs, goes_on)) return;
      start_to_run();
      seen = changes_.wait_past(seen, std::chrono::milliseconds(100));
    }
  }

  Router router;

 private:
  const std::shared_ptr<Runtime> runtime_ = std::make_shared<PixelRuntime>();
  Changes changes_;
  RunBook book_{changes_, {.queued = 4, .finished = 4}};
  const std::shared_ptr<PictureRuns> runs_ = std::make_shared<PictureRuns>(
      book_, *ground().plugins, changes_, ground().folder / "served/base/output");
  ServerOptions server_options_;
  std::optional<Comfy> comfy_;
  std::optional<RunWorkers> workers_;
};

// Whose requests wait for their runs.
bool is_picture_api(const HttpRequest& request) {
  return !request.path.empty() && (request.path[0] == "sdapi" || request.path[0] == "v1");
}

[[noreturn]] void fail(const char* what, const std::string& answer) {
  std::fprintf(stderr, "%s:\n%s\n", what, answer.c_str());
  std::abort();
}

// Byte by byte, unseen by the fuzzer: what it sees compared it sends, and the server says it again.
__attribute__((no_sanitize("coverage"))) bool holds(std::string_view text, std::string_view part) {
  for (std::size_t at = 0; at + part.size() <= text.size(); ++at) {
    std::size_t same = 0;
    while (same < part.size() && text[at + same] == part[same]) ++same;
    if (same == part.size()) return true;
  }
  return false;
}

void check_folders() {
  std::size_t count = 0;
  for (const auto& each : fs::directory_iterator(ground().folder)) count += each.exists() ? 1 : 0;
  if (count != 6 || std::ranges::distance(fs::directory_iterator(ground().folder / "served"),
                                          fs::directory_iterator()) != 1) {
    fail("a file was written outside of the server's folders", "");
  }
  if (fs::file_size(ground().folder / "outside/secret") != ground().secret.size()) {
    fail("a file outside of the server's folders was changed", "");
  }
}

}  // namespace

std::string say_to_server(std::string_view bytes) {
  static std::optional<Served> served;
  static bool changed = false;
  static const Gate gate(kPort);
  static const HttpOptions options = [] {
    HttpOptions made;
    // No streams of events: each waits for what happens, and nothing does.
    made.limits = {.streams = 0, .unsent = 1 << 14, .workers = 1};
    made.headers = {{"X-Content-Type-Options", "nosniff"}};
    made.refusal = [](const HttpRequest& request, bool changes) {
      changed = changed || (changes && request.method != "GET");  // which opens a WebSocket
      if (changes && is_picture_api(request)) served->start_to_run();
      return gate.refusal(std::string(request.header("Host")), std::string(request.header("Origin")),
                          changes);
    };
    return made;
  }();
  if (!served) served.emplace();
  std::string answer = answer_to(bytes, served->router, options);
  if (changed) {
    served->wait_for_runs();
    check_folders();
    served.reset();
    changed = false;
  }
  if (holds(answer, ground().secret)) fail("a file outside of the server's folders was read", answer);
  // Of the first one alone: what follows may be what the client itself sent.
  if (answer.starts_with("HTTP/1.1 500")) fail("a handler failed", answer);
  return answer;
}

}  // namespace fuzz
}  // namespace ksampler
