#include "tests/serve/comfy/comfy_case.hpp"

#include "host/files/output.hpp"
#include "host/files/png.hpp"
#include "host/graph/execute.hpp"
#include "host/serve/http/target.hpp"

#include <chrono>
#include <thread>

namespace ksampler::test {
namespace {

constexpr std::chrono::seconds kPatience{20};  // under a sanitizer, on a busy machine
constexpr std::uint64_t kFailingSeed = 13;
const std::vector<std::uint8_t> kPixel = {255, 0, 0};

// Of noise, which no encoder makes small.
PreviewPicture picture(int side) {
  if (side == 1) return {1, 1, kPixel};
  const auto size = static_cast<std::uint32_t>(side);
  PreviewPicture noise{size, size, std::vector<std::uint8_t>(std::size_t{3} * size * size)};
  std::uint32_t state = 1;
  for (std::uint8_t& value : noise.rgb)
    value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return noise;
}

template <typename T>
T literal(const Node& node, const std::string& name) {
  for (std::size_t i = 0; i < node.decl->inputs.size(); ++i) {
    if (node.decl->inputs[i].name == name) return std::get<T>(std::get<Literal>(node.inputs[i]));
  }
  throw std::logic_error("no input " + name);
}

}  // namespace

void SteppingRuntime::hold() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}

void SteppingRuntime::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void SteppingRuntime::pass(const std::atomic<bool>& stop) {
  std::unique_lock lock(mutex_);
  while (!open_ && !stop.load()) changed_.wait_for(lock, std::chrono::milliseconds(2));
  if (stop.load()) throw Stopped();
}

void SteppingRuntime::sample(const Node& node, const RunOptions& options, Reporter& reporter) {
  const auto steps = static_cast<std::uint32_t>(literal<std::int64_t>(node, "steps"));
  for (std::uint32_t step = 1; step <= steps; ++step) {
    pass(*options.stop);
    if (step == 2 && literal<std::uint64_t>(node, "seed") == kFailingSeed) {
      throw at_node(Error("no luck"), node);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(step_time));
    reporter.step_done(node, step, steps);
    reporter.preview(node, step, steps, picture(side));
  }
}

void SteppingRuntime::write(const Node& node, const RunOptions& options, Reporter& reporter) {
  const bool saves = node.decl->type == "SaveImage";
  if (!saves && node.decl->type != "PreviewImage") return;
  const std::string prefix = saves ? literal<std::string>(node, "filename_prefix") : "preview";
  reporter.file_written(node, write_numbered(saves ? options.out : options.previews, prefix, ".png",
                                             png_bytes(1, 1, kPixel, options.record)));
}

void SteppingRuntime::run(const Pipeline& pipeline, const Registry&, const RunOptions& options,
                          Reporter& reporter) {
  decodes = options.decoded_previews;
  KeptResults kept(pipeline, keeps && options.reuse != nullptr ? &results_ : nullptr, reporter);
  const auto known = [&](std::size_t node) { return kept.known(node) != nullptr; };
  const std::vector<bool> needed = needed_nodes(pipeline, known);
  for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
    if (!needed[i] || known(i)) continue;
    const Node& node = pipeline.nodes[i];
    kept.node_begins(node);
    if (node.decl->type == "KSampler") sample(node, options, kept);
    write(node, options, kept);
    kept.done(node, std::vector<Value>(node.decl->outputs.size()));
  }
}

void KeptSocket::send_text(std::string text, std::string) {
  const std::lock_guard lock(mutex_);
  messages_.push_back(Json::parse(text));
  changed_.notify_all();
}

void KeptSocket::send_binary(std::string bytes, std::string) {
  const std::lock_guard lock(mutex_);
  pictures_.push_back(std::move(bytes));
}

std::vector<Json> KeptSocket::messages() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::vector<std::string> KeptSocket::pictures() const {
  const std::lock_guard lock(mutex_);
  return pictures_;
}

std::vector<std::string> KeptSocket::story() const {
  std::vector<std::string> story;
  for (const Json& message : messages()) {
    const std::string type = message["type"];
    if (type == "status") continue;
    const Json node = message["data"].value("node", Json());
    story.push_back(type == "executing" || type == "executed"
                        ? type + " " + (node.is_null() ? "-" : node.get<std::string>())
                        : type);
  }
  return story;
}

Json KeptSocket::last(const std::string& type) const {
  Json found;
  for (const Json& message : messages()) {
    if (message["type"] == type) found = message["data"];
  }
  return found;
}

void KeptSocket::wait_for_end() const {
  std::unique_lock lock(mutex_);
  const bool ended = changed_.wait_for(lock, kPatience, [&] {
    return !messages_.empty() && messages_.back()["type"] == "executing" &&
           messages_.back()["data"]["node"].is_null();
  });
  EXPECT_TRUE(ended) << "the last message is " << (messages_.empty() ? Json() : messages_.back());
}

ComfyCase::ComfyCase(RunLimits limits, int jobs)
    : book_(changes_, limits), plugins_({plugin_.path()}, {}) {
  for (const char* file :
       {"checkpoints/b.safetensors", "checkpoints/sub/a.ckpt", "checkpoints/readme.md",
        "diffusers/all/model_index.json", "diffusers/all/vae/config.json", "embeddings/good.pt",
        "loras/fine.safetensors"}) {
    write_text(models_ / file, "");
  }
  write_text(page_ / "index.html", "<html></html>");
  write_text(page_ / "assets/index-1f.js", "1");
  write_text(page_ / "assets/index-1f.js.map", "{}");
  ComfyOptions options;
  options.base = folder_.path() / "base";
  options.folder = SOURCE_DIR "/configs";
  options.files.add(models_.path());
  options.page = page_.path();
  options.templates = SOURCE_DIR "/configs/comfyui";
  options.runtime = runtime_;
  comfy_.emplace(options, book_, plugins_);
  comfy_->add_to(router_);
  workers_.emplace(book_, plugins_, runtime_, jobs, WorkerOptions{.out = folder_.path()});
}

ComfyCase::~ComfyCase() {
  book_.close();
  workers_.reset();
}

HttpResponse ComfyCase::ask(const std::string& method, const std::string& target,
                            const std::string& body, TextPairs headers) const {
  return router_.answer({.method = method,
                         .target = target,
                         .path = path_of(target),
                         .query = query_of(target),
                         .headers = std::move(headers),
                         .body = body});
}

Json ComfyCase::get_json(const std::string& target) const {
  const HttpResponse response = get(target);
  EXPECT_EQ(response.status, 200) << target << " " << response.body;
  return Json::parse(response.body, nullptr, false);
}

HttpResponse ComfyCase::post_prompt(const Json& prompt, const Json& more) const {
  Json body = {{"prompt", prompt}};
  body.update(more);
  return ask("POST", "/prompt", body.dump());
}

std::string ComfyCase::submit(const Json& prompt, const Json& more) const {
  const HttpResponse response = post_prompt(prompt, more);
  EXPECT_EQ(response.status, 200) << response.body;
  return Json::parse(response.body).value("prompt_id", "");
}

Json ComfyCase::wait_for(const std::string& id) const {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    const Json found = get_json("/history/" + id);
    if (found.contains(id)) return found[id];
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ADD_FAILURE() << "prompt " << id << " never ends";
  return {};
}

std::shared_ptr<KeptSocket> ComfyCase::connect(const std::string& id) {
  auto socket = std::make_shared<KeptSocket>();
  const std::string target = "/ws" + (id.empty() ? "" : "?clientId=" + id);
  const HttpRequest request{.method = "GET",
                            .target = target,
                            .path = path_of(target),
                            .query = query_of(target),
                            .headers = {},
                            .body = {}};
  const WebSocketHandler* handler = router_.socket_at(request);
  if (handler != nullptr) clients_[socket.get()] = (*handler)(request, socket);
  return socket;
}

void ComfyCase::say(const std::shared_ptr<KeptSocket>& socket, const Json& message) {
  clients_.at(socket.get()).text(message.dump());
}

std::string header_of(const HttpResponse& response, const std::string& name) {
  for (const auto& [each, value] : response.headers) {
    if (each == name) return value;
  }
  return "";
}

Json ComfyCase::prompt(int steps, std::uint64_t seed) {
  return {{"1", {{"class_type", "ToyDenoiser"}, {"inputs", {{"file", "toy/model.safetensors"}}}}},
          {"2", {{"class_type", "ToyConditioning"}, {"inputs", {{"label", 1}}}}},
          {"3",
           {{"class_type", "EmptyLatentImage"},
            {"inputs", {{"width", 128}, {"height", 128}, {"batch_size", 1}}}}},
          {"4",
           {{"class_type", "KSampler"},
            {"inputs",
             {{"model", {"1", 0}},
              {"seed", seed},
              {"steps", steps},
              {"cfg", 4.0},
              {"sampler_name", "once"},
              {"scheduler", "line"},
              {"positive", {"2", 0}},
              {"negative", {"2", 0}},
              {"latent_image", {"3", 0}},
              {"denoise", 1.0}}},
            {"_meta", {{"title", "The sampler"}}}}},
          {"5", {{"class_type", "LatentPreview"}, {"inputs", {{"samples", {"4", 0}}, {"scale", 1}}}}},
          {"9",
           {{"class_type", "SaveImage"},
            {"inputs", {{"images", {"5", 0}}, {"filename_prefix", "sub/star"}}}}}};
}

}  // namespace ksampler::test
