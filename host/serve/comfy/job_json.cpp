#include "host/serve/comfy/job_json.hpp"

#include "host/serve/http/answer.hpp"

#include <cmath>

namespace ksampler::comfy {
namespace {

bool has_ended(const Job& job) {
  return job.state != JobState::pending && job.state != JobState::in_progress;
}

Json status_json(const Job& job) {
  const bool fine = job.state == JobState::completed;
  return {{"status_str", fine ? "success" : "error"}, {"completed", fine}, {"messages", job.messages}};
}

// The workflow's own id, where the page sent one.
Json workflow_id(const Json& extra) {
  const Json* at = &extra;
  for (const char* key : {"extra_pnginfo", "workflow", "id"}) {
    if (!at->is_object() || !at->contains(key)) return nullptr;
    at = &(*at)[key];
  }
  return *at;
}

// The first picture of an output; else the first preview.
Json shown(const Job& job, std::size_t& count) {
  Json best;
  for (const auto& [node, kinds] : job.outputs.items()) {
    for (const auto& [kind, files] : kinds.items()) {
      for (const Json& file : files) {
        if (!file.is_object() || !file.contains("filename")) continue;
        ++count;
        const bool better = best.is_null() || (best["type"] != "output" && file["type"] == "output");
        if (!better) continue;
        best = file;
        best["nodeId"] = node;
        best["mediaType"] = kind;
      }
    }
  }
  return best;
}

// The data of the last message of that type; null: there is none.
Json said(const Job& job, const char* type) {
  for (const Json& message : job.messages) {
    if (message[0] == type) return message[1];
  }
  return nullptr;
}

// All but what was sent.
Json how_it_went(const Job& job) {
  Json meta = Json::object();
  for (const auto& [node, output] : job.outputs.items()) {
    meta[node] = {
        {"node_id", node}, {"display_node", node}, {"parent_node", nullptr}, {"real_node_id", node}};
  }
  return {{"outputs", job.outputs}, {"status", status_json(job)}, {"meta", std::move(meta)}};
}

std::string entry_text(const Job& job) {
  return '[' + json_text(number_json(job.number)) + ',' + json_text(job.id) + ',' + job.sent->text +
         ']';
}

template <typename Text>
std::string joined(char open, const std::vector<Job>& jobs, const Text& text, char close) {
  std::string all(1, open);
  for (const Job& job : jobs) {
    if (all.size() > 1) all += ',';
    all += text(job);
  }
  return all + close;
}

}  // namespace

Json number_json(double number) {
  constexpr double kExact = 9e15;
  if (std::trunc(number) == number && std::abs(number) < kExact)
    return static_cast<std::int64_t>(number);
  return number;
}

SentPrompt sent_prompt(Json prompt, Json extra, std::vector<std::string> outputs, std::size_t bytes) {
  std::string text = json_text(prompt) + ',' + json_text(extra) + ',' + json_text(outputs);
  return {std::move(prompt), std::move(extra), std::move(outputs), bytes, std::move(text)};
}

std::string queue_text(const std::vector<Job>& jobs) { return joined('[', jobs, entry_text, ']'); }

std::string history_text(const std::vector<Job>& jobs) {
  const auto text = [](const Job& job) {
    const std::string how = json_text(how_it_went(job));
    return json_text(job.id) + R"(:{"prompt":)" + entry_text(job) + ',' + how.substr(1);
  };
  return joined('{', jobs, text, '}');
}

Json job_entry(const Job& job) {
  std::size_t count = 0;
  Json best = shown(job, count);
  Json entry = {{"id", job.id},
                {"status", state_name(job.state)},
                {"priority", number_json(job.number)},
                {"create_time", job.created}};
  if (job.began > 0) entry["execution_start_time"] = job.began;
  if (job.ended > 0) entry["execution_end_time"] = job.ended;
  entry["outputs_count"] = count;
  entry["previewable_outputs_count"] = count;
  if (Json id = workflow_id(job.sent->extra); !id.is_null()) entry["workflow_id"] = std::move(id);
  if (!best.is_null()) entry["preview_output"] = std::move(best);
  if (Json error = said(job, "execution_error"); !error.is_null())
    entry["execution_error"] = std::move(error);
  return entry;
}

Json whole_job(const Job& job) {
  Json entry = job_entry(job);
  if (has_ended(job)) {
    entry["outputs"] = job.outputs;
    entry["execution_status"] = status_json(job);
  }
  entry["workflow"] = {{"prompt", job.sent->prompt}, {"extra_data", job.sent->extra}};
  return entry;
}

}  // namespace ksampler::comfy
