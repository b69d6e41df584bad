#include "tests/serve/server_case.hpp"

#include "host/files/output.hpp"
#include "host/files/png.hpp"

#include <algorithm>

namespace ksampler::test {
namespace {

constexpr std::uint64_t kFailingSeed = 13;
constexpr std::uint64_t kThrowingSeed = 14;

template <typename T>
T literal(const Node& node, const std::string& name) {
  for (std::size_t i = 0; i < node.decl->inputs.size(); ++i) {
    if (node.decl->inputs[i].name == name) return std::get<T>(std::get<Literal>(node.inputs[i]));
  }
  throw std::logic_error("no input " + name);
}

std::vector<std::byte> bytes(const std::string& text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

}  // namespace

void Hold::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void Hold::close() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}

void Hold::pass(const std::atomic<bool>& stop) {
  std::unique_lock lock(mutex_);
  while (!open_ && !stop.load()) changed_.wait_for(lock, std::chrono::milliseconds(2));
}

void FakeRuntime::run(const Pipeline& pipeline, const Registry& registry, const RunOptions& options,
                      Reporter& reporter) {
  const auto base = std::find_if(pipeline.nodes.begin(), pipeline.nodes.end(),
                                 [](const Node& node) { return node.decl->type == "KSampler"; });
  reporter.node_begins(*base);
  const auto seed = literal<std::uint64_t>(*base, "seed");
  const auto steps = static_cast<std::uint32_t>(literal<std::int64_t>(*base, "steps"));
  if (seed == kFailingSeed) throw Error(base->place, "node 'base' (KSampler): no luck");
  if (seed == kThrowingSeed) throw std::runtime_error("out of luck");
  reporter.warning(*base, "this is a test");
  const PreviewPicture picture{2, 1, {255, 0, 0, 0, 0, 255}};
  for (std::uint32_t step = 1; step <= steps; ++step) {
    hold_.pass(*options.stop);
    if (options.stop->load()) throw Stopped();
    reporter.step_done(*base, step, steps);
    if (options.preview_every > 0) reporter.preview(*base, step, steps, picture);
  }
  const RunMarks marks = run_through(registry, 2, {});
  if (!marks.message.empty()) throw Error(marks.message);
  const std::string said = marks.is_of_one() ? std::to_string(std::lround(marks.first)) : "mixed";
  for (const auto& [name, suffix, data] :
       {std::tuple("run", ".txt", bytes(said)),
        std::tuple("deep/picture", ".png", png_bytes(picture.width, picture.height, picture.rgb))}) {
    reporter.file_written(*base, write_numbered(options.out, name, suffix, data));
  }
}

ServerCase::ServerCase(RunLimits limits, ServerOptions options, int jobs)
    : book_(changes_, limits), plugins_({plugin_.path()}, {}) {
  options.out = folder_.path();
  options.folder = SOURCE_DIR "/configs";
  server_.emplace(options, book_, plugins_, changes_);
  workers_.emplace(book_, plugins_, std::make_unique<FakeRuntime>(hold_), jobs,
                   WorkerOptions{.out = folder_.path()});
  http_ = std::thread([this] { server_->serve(); });
}

ServerCase::~ServerCase() {
  server_->stop();
  workers_.reset();
  http_.join();
}

std::string ServerCase::pipeline(int steps, int seed) const {
  return "nodes:\n"
         "  model: { type: ToyDenoiser, file: toy/model.safetensors }\n"
         "  positive: { type: ToyConditioning, label: 1 }\n"
         "  canvas: { type: EmptyLatentImage, width: 128, height: 128 }\n"
         "  base: { type: KSampler, model: $model, positive: $positive, negative: $positive,\n"
         "          latent_image: $canvas, sampler_name: once, scheduler: line,\n"
         "          seed: " +
         std::to_string(seed) + ", steps: " + std::to_string(steps) +
         " }\n"
         "  save: { type: SaveLatent, samples: $base }\n";
}

int ServerCase::submit(int steps, int seed) const {
  const auto response = post("/runs", pipeline(steps, seed));
  EXPECT_TRUE(response);
  if (!response) return 0;
  EXPECT_EQ(response->status, 201) << response->body;
  return Json::parse(response->body).value("id", 0);
}

Json ServerCase::run(int id) const {
  const auto response = get("/runs/" + std::to_string(id));
  return response ? Json::parse(response->body) : Json();
}

Json ServerCase::wait_for(int id, const std::string& state) const {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  Json last;
  while (std::chrono::steady_clock::now() < until) {
    last = run(id);
    const std::string now = last.value("state", "");
    if (now == state) return last;
    if (now != "queued" && now != "running") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ADD_FAILURE() << "run " << id << " never is " << state << ", but " << last;
  return last;
}

}  // namespace ksampler::test
