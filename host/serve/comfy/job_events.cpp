#include "host/serve/comfy/job_events.hpp"

#include "host/base/sentence.hpp"
#include "host/files/png.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace ksampler::comfy {
namespace {

// A small model takes thousands of steps a second, of which nobody sees more than these.
constexpr std::chrono::milliseconds kStepPace{30};

// The lists in which `executed` has files, by their kind.
const char* list_of(const std::filesystem::path& file) {
  return file.extension() == ".png" ? "images" : "latents";
}

std::string text_in(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string first_sentence(const std::vector<Diagnostic>& errors) {
  return errors.empty() ? "it failed, and did not say why" : errors.front().message;
}

}  // namespace

std::string preview_method(const Json& extra) {
  const auto at = extra.find("preview_method");
  return at != extra.end() && at->is_string() ? at->get<std::string>() : "default";
}

Json queue_json(const Jobs& jobs) { return {{"exec_info", {{"queue_remaining", jobs.open()}}}}; }

void send_status(Clients& clients, const Jobs& jobs) {
  clients.send_all_now("status", [&] { return Json{{"status", queue_json(jobs)}}; });
}

JobEvents::JobEvents(Job job, Jobs& jobs, Clients& clients, const Folders& folders, Log& log)
    : job_(std::move(job)), jobs_(jobs), clients_(clients), folders_(folders), log_(log) {
  const std::string method = preview_method(job_.sent->extra);
  // Without a word of it, who knows previews gets them.
  const bool asked = method != "default" && method != "none";
  previews_ = method != "none";
  previews_to_ = asked ? Clients::To::all : Clients::To::those_who_know;
}

void JobEvents::send(const char* type, const Json& data, const std::string& slot) {
  if (!job_.client.empty()) clients_.send(job_.client, type, data, slot);
}

void JobEvents::send_progress(const char* type, const Json& data, const std::string& slot) {
  if (job_.client.empty()) return clients_.send_all(type, data, slot);
  send(type, data, slot);
}

void JobEvents::say(const char* type, Json data) {
  data["prompt_id"] = job_.id;
  data["timestamp"] = now_in_milliseconds();
  messages_.push_back(Json::array({type, data}));
}

void JobEvents::queued(const RunView& run) {
  job_.run = run.id;
  job_.number = run.number;
  jobs_.add(job_);
  send_status(clients_, jobs_);
}

void JobEvents::begins() {
  jobs_.change(job_.id, [](Job& job) {
    job.state = JobState::in_progress;
    job.began = now_in_milliseconds();
  });
  send_status(clients_, jobs_);
  say("execution_start", Json::object());
  send("execution_start", messages_.back()[1]);
}

void JobEvents::node_known(const Node& node, const std::vector<std::filesystem::path>& files) {
  Json shown = Json::object();
  for (const std::filesystem::path& file : files) show(shown, file);
  known_.emplace_back(node.name, std::move(shown));
}

void JobEvents::say_known() {
  if (std::exchange(said_known_, true)) return;
  Json nodes = Json::array();
  for (const auto& [node, shown] : known_) nodes.push_back(node);
  say("execution_cached", {{"nodes", std::move(nodes)}});
  send("execution_cached", messages_.back()[1]);
  for (const auto& [node, shown] : known_) {
    done_.push_back(node);
    if (shown.empty()) continue;
    outputs_[node] = shown;
    send("executed",
         {{"node", node}, {"display_node", node}, {"output", shown}, {"prompt_id", job_.id}});
  }
}

// All nodes so far, each time.
void JobEvents::progress(const std::string& node, std::uint32_t value, std::uint32_t most,
                         const char* state) {
  states_[node] = {{"value", value},
                   {"max", most},
                   {"state", state},
                   {"node_id", node},
                   {"prompt_id", job_.id},
                   {"display_node_id", node},
                   {"parent_node_id", nullptr},
                   {"real_node_id", node}};
  // What is not sent yet of a node is replaced by what is newer, but not by how it ended.
  const bool runs = std::string_view(state) == "running";
  send_progress("progress_state", {{"prompt_id", job_.id}, {"nodes", states_}},
                runs ? "progress_state " + node : "");
}

void JobEvents::finish_node(const char* state) {
  if (node_.empty()) return;
  if (!shown_.empty()) {
    outputs_[node_] = shown_;
    send("executed",
         {{"node", node_}, {"display_node", node_}, {"output", shown_}, {"prompt_id", job_.id}});
  }
  const Json& known = states_[node_];
  const auto most = known.value("max", 1u);
  const bool finished = std::string_view(state) == "finished";
  progress(node_, finished ? most : known.value("value", 0u), most, state);
  if (finished) done_.push_back(node_);
  node_.clear();
  shown_ = Json::object();
}

void JobEvents::node_begins(const Node& node) {
  say_known();
  finish_node("finished");
  node_ = node.name;
  jobs_.change(job_.id, [&](Job& job) { job.node = node_; });
  progress(node_, 0, 1, "running");
  send("executing", {{"node", node_}, {"display_node", node_}, {"prompt_id", job_.id}});
}

void JobEvents::step_done(const Node& node, std::uint32_t step, std::uint32_t steps) {
  const Clock::time_point now = Clock::now();
  if (step < steps && now - told_ < kStepPace) return;
  told_ = now;
  progress(node.name, step, steps, "running");
  send_progress("progress",
                {{"value", step}, {"max", steps}, {"prompt_id", job_.id}, {"node", node.name}},
                "progress " + node.name);
}

void JobEvents::preview(const Node& node, std::uint32_t, std::uint32_t, const PreviewPicture& picture) {
  if (!previews_ || !clients_.wants_preview(job_.client, previews_to_)) return;
  const std::vector<std::byte> png = png_bytes(picture.width, picture.height, picture.rgb);
  clients_.send_preview(job_.client, previews_to_,
                        {{"node_id", node.name},
                         {"prompt_id", job_.id},
                         {"display_node_id", node.name},
                         {"parent_node_id", nullptr},
                         {"real_node_id", node.name},
                         {"image_type", "image/png"}},
                        {reinterpret_cast<const char*>(png.data()), png.size()});
}

void JobEvents::file_written(const Node&, const std::filesystem::path& file) { show(shown_, file); }

void JobEvents::show(Json& shown, const std::filesystem::path& file) const {
  if (file.extension() == ".txt") {
    shown["text"].push_back(text_in(file));
    return;
  }
  const std::optional<FileName> name = folders_.named(file);
  if (!name) return;
  shown[list_of(file)].push_back(
      {{"filename", name->name}, {"subfolder", name->subfolder}, {"type", name->type}});
}

void JobEvents::warning(const Node& node, const std::string& message) {
  log_.add(sentence("{} ({}): {}", node.name, node.decl->type, message));
}

// The inputs of a node that failed, each as a list, as ComfyUI has them.
Json JobEvents::inputs_of(const std::string& node) const {
  Json inputs = Json::object();
  const auto body = job_.sent->prompt.find(node);
  if (body == job_.sent->prompt.end() || !body->is_object() || !body->contains("inputs")) return inputs;
  for (const auto& [name, value] : (*body)["inputs"].items()) inputs[name] = Json::array({value});
  return inputs;
}

Json JobEvents::failure(const std::vector<Diagnostic>& errors) const {
  const std::string node =
      !errors.empty() && !errors.front().node.empty() ? errors.front().node : node_;
  Json lines = Json::array();
  for (const Diagnostic& error : errors) lines.push_back(error.message + "\n");
  Json data;
  if (!node.empty() && job_.sent->prompt.contains(node)) {
    data["node_id"] = node;
    data["node_type"] = job_.sent->prompt[node].value("class_type", "");
  }
  data["executed"] = done_;
  data["exception_message"] = first_sentence(errors);
  data["exception_type"] = errors.empty() ? "error" : kind_name(errors.front().kind);
  data["traceback"] = std::move(lines);
  data["current_inputs"] = inputs_of(node);
  data["current_outputs"] = done_;
  return data;
}

void JobEvents::ends(RunState state, const std::vector<Diagnostic>& errors) {
  const bool began = !messages_.empty();
  if (!began) {  // it was dropped while it waited: nothing is left of it
    jobs_.forget(job_.id);
    return send_status(clients_, jobs_);
  }
  say_known();
  JobState end = JobState::completed;
  if (state == RunState::done) {
    finish_node("finished");
    say("execution_success", Json::object());
    log_.add(sentence("Prompt {} executed", job_.id));
  } else if (state == RunState::cancelled) {
    end = JobState::cancelled;
    const Json body = job_.sent->prompt.value(node_, Json::object());
    say("execution_interrupted", {{"node_id", node_.empty() ? Json(nullptr) : Json(node_)},
                                  {"node_type", body.value("class_type", "")},
                                  {"executed", done_}});
    log_.add(sentence("Prompt {} interrupted", job_.id));
    finish_node("error");
  } else {
    end = JobState::failed;
    say("execution_error", failure(errors));
    for (const Diagnostic& error : errors) log_.add(error.text());
    finish_node("error");
  }
  jobs_.end(job_.id, [&](Job& job) {
    job.state = end;
    job.ended = now_in_milliseconds();
    job.node.clear();
    job.outputs = std::move(outputs_);
    job.messages = messages_;
  });
  const Json& last = messages_.back();
  const std::string type = last[0];
  if (end == JobState::cancelled) {
    clients_.send_all(type.c_str(), last[1]);
  } else {
    send(type.c_str(), last[1]);
  }
  send_status(clients_, jobs_);
  send("executing", {{"node", nullptr}, {"prompt_id", job_.id}});
}

}  // namespace ksampler::comfy
