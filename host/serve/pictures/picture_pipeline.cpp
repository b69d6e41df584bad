#include "host/serve/pictures/picture_pipeline.hpp"

#include "host/base/conventions.hpp"
#include "host/nodes/input_checks.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>
#include <set>

namespace ksampler {
namespace {

// The request's words, in the order in which they are listed.
constexpr const char* kWords[] = {"prompt",  "negative_prompt", "seed",      "steps", "cfg",
                                  "denoise", "sampler",         "scheduler", "width", "height",
                                  "batch",   "picture",         "mask"};

// The inputs of nodes that sample.
constexpr std::pair<const char*, const char*> kOfSampling[] = {
    {"seed", "seed"},      {"noise_seed", "seed"},      {"steps", "steps"},
    {"cfg", "cfg"},        {"sampler_name", "sampler"}, {"scheduler", "scheduler"},
    {"denoise", "denoise"}};

const Link* link_of(const Node& node, const std::string& input) {
  return std::get_if<Link>(find_input(node, input));
}

// Whether the node has a value of its own there, and not a link.
bool has_value(const Node& node, const std::string& input) {
  return std::get_if<Literal>(find_input(node, input)) != nullptr;
}

// A node and all that it is made of, nearest first.
std::vector<std::size_t> upwards(const Pipeline& pipeline, std::size_t from) {
  std::vector<std::size_t> order;
  std::set<std::size_t> seen = {from};
  for (std::deque<std::size_t> left = {from}; !left.empty(); left.pop_front()) {
    order.push_back(left.front());
    for (const InputValue& input : pipeline.nodes[left.front()].inputs) {
      const Link* link = std::get_if<Link>(&input);
      if (link != nullptr && seen.insert(link->node).second) left.push_back(link->node);
    }
  }
  return order;
}

std::string yaml(const nlohmann::json& value) { return value.dump(); }

std::optional<std::int64_t> in_cells(const std::optional<std::int64_t>& pixels) {
  if (!pixels) return std::nullopt;
  return std::max(*pixels / kCellPixels * kCellPixels, kCellPixels);
}

template <typename T>
std::optional<std::string> yaml_of(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return yaml(*value);
}

std::optional<std::string> yaml_of(const std::optional<std::filesystem::path>& file) {
  if (!file) return std::nullopt;
  return yaml(file->string());
}

}  // namespace

PicturePipeline::PicturePipeline(PipelineSource source, const Registry& registry)
    : name_(source.file.stem().string()), parsed_(std::move(source)) {
  find(check_whole_pipeline(parsed_, registry));
  if (!takes("prompt")) {
    throw Error(
        Place{parsed_.source().file.string()},
        "there is no place for a prompt: a node that samples, with a text behind its 'positive'");
  }
}

void PicturePipeline::note(const std::string& what, const Node& node, const std::string& input) {
  places_[what].push_back({node.name, input});
}

void PicturePipeline::find(const Pipeline& pipeline) {
  const auto samples = [](const Node& node) { return link_of(node, "positive") && node.decl->samples; };
  const auto first = std::ranges::find_if(pipeline.nodes, samples);
  if (first == pipeline.nodes.end()) return;
  const auto sampling = static_cast<std::size_t>(first - pipeline.nodes.begin());
  for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
    if (!pipeline.nodes[i].decl->is_output) continue;
    if (std::ranges::count(upwards(pipeline, i), sampling) > 0) results_.insert(pipeline.nodes[i].name);
  }
  for (const auto& [input, what] : kOfSampling) {
    if (has_value(*first, input)) note(what, *first, input);
  }
  find_text(pipeline, link_of(*first, "positive")->node, "prompt");
  if (const Link* negative = link_of(*first, "negative")) {
    find_text(pipeline, negative->node, "negative_prompt");
  }
  if (const Link* latent = link_of(*first, "latent_image")) find_upwards(pipeline, latent->node);
}

// The nearest node with texts has them all: SDXL's has two.
void PicturePipeline::find_text(const Pipeline& pipeline, std::size_t node, const std::string& what) {
  for (const std::size_t each : upwards(pipeline, node)) {
    for (const char* input : {"text", "text_g", "text_l"}) {
      if (has_value(pipeline.nodes[each], input)) note(what, pipeline.nodes[each], input);
    }
    if (takes(what)) return;
  }
}

void PicturePipeline::find_upwards(const Pipeline& pipeline, std::size_t node) {
  for (const std::size_t index : upwards(pipeline, node)) {
    const Node& each = pipeline.nodes[index];
    if (has_value(each, "width") && has_value(each, "height") && !takes("width")) {
      note("width", each, "width");
      note("height", each, "height");
    }
    if (!takes("batch") && has_value(each, "batch_size")) note("batch", each, "batch_size");
    if (!takes("batch") && has_value(each, "amount")) note("batch", each, "amount");
    if (!takes("picture") && each.decl->type == "LoadImage") note("picture", each, "image");
    if (!takes("mask") && each.decl->type == "LoadImageMask") note("mask", each, "image");
  }
}

std::vector<std::string> PicturePipeline::without() const {
  std::vector<std::string> words;
  std::ranges::copy_if(kWords, std::back_inserter(words),
                       [&](const char* word) { return !takes(word); });
  return words;
}

Submission PicturePipeline::with(const PictureRequest& request) const {
  Submission submission{name_, parsed_, {}};
  const auto set = [&](const std::string& what, const std::optional<std::string>& value) {
    const auto at = places_.find(what);
    if (!value || at == places_.end()) return;
    for (const Input& place : at->second) {
      submission.settings.push_back(
          {place.node, place.input, *value, place.node + "." + place.input + "=" + *value});
    }
  };
  set("prompt", yaml_of(request.prompt));
  set("negative_prompt", yaml_of(request.negative));
  set("seed", yaml_of(request.seed));
  set("steps", yaml_of(request.steps));
  set("cfg", yaml_of(request.cfg));
  set("denoise", yaml_of(request.denoise));
  set("sampler", yaml_of(request.sampler));
  set("scheduler", yaml_of(request.scheduler));
  set("width", yaml_of(in_cells(request.width)));
  set("height", yaml_of(in_cells(request.height)));
  set("batch", yaml_of(request.batch));
  set("picture", yaml_of(request.picture));
  set("mask", yaml_of(request.mask));
  return submission;
}

}  // namespace ksampler
