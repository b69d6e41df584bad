// POST /prompt: queues a graph in the form of ComfyUI's API. GET /prompt: how many wait and run.
#include "host/base/sentence.hpp"
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/job_events.hpp"
#include "host/serve/comfy/job_json.hpp"
#include "host/serve/comfy/prompt_check.hpp"
#include "host/serve/comfy/prompt_errors.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

namespace ksampler::comfy {
namespace {

// Of the page's own services, which are none of ours.
const std::vector<std::string> kSecrets = {"auth_token_comfy_org", "api_key_comfy_org"};

HttpResponse refused(const Json& error, const Json& of_nodes = Json::object()) {
  return answer(kBadRequest, {{"error", error}, {"node_errors", of_nodes}});
}

// The body's `extra_data`, with what the history says besides.
Json extra_data(const Json& body, std::int64_t now) {
  Json extra = body.value("extra_data", Json::object());
  if (!extra.is_object()) extra = Json::object();
  for (const std::string& secret : kSecrets) extra.erase(secret);
  if (const std::string client = text_at(body, "client_id"); !client.empty())
    extra["client_id"] = client;
  extra["create_time"] = now;
  return extra;
}

std::optional<std::vector<std::string>> targets_of(const Json& body) {
  const auto at = body.find("partial_execution_targets");
  if (at == body.end() || !at->is_array()) return std::nullopt;
  std::vector<std::string> targets;
  for (const Json& target : *at) {
    if (target.is_string()) targets.push_back(target.get<std::string>());
  }
  return targets;
}

// What SaveImage writes into a picture: a text of ASCII, which every reader takes.
std::string ascii(const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); }

// Whether previews are decoded. "auto" is latent2rgb, as in ComfyUI; "default", and what is not known,
// is what the server was told.
std::optional<bool> decoded_previews(const SentPrompt& sent) {
  const std::string method = preview_method(sent.extra);
  if (method == "taesd") return true;
  if (method == "latent2rgb" || method == "auto") return false;
  return std::nullopt;
}

RunPlace place_of(const Folders& folders, const SentPrompt& sent) {
  RunPlace place{folders.base(), folders.output(), folders.temp(), {{"prompt", ascii(sent.prompt)}}};
  const auto info = sent.extra.find("extra_pnginfo");
  if (info == sent.extra.end() || !info->is_object()) return place;
  if (info->contains("workflow")) place.record["workflow"] = ascii((*info)["workflow"]);
  return place;
}

std::string name_of(const Json& prompt, const std::string& id) {
  return sentence("ComfyUI {} ({} nodes)", id.substr(0, 8), prompt.size());
}

HttpResponse queue(const Json& body, std::size_t bytes, Service& service) {
  const auto prompt = body.is_object() ? body.find("prompt") : body.end();
  if (prompt == body.end() || !prompt->is_object()) {
    return refused(problem("no_prompt", "No prompt provided", "the body is {\"prompt\": {...}}"));
  }
  const std::string asked = text_at(body, "prompt_id");
  if (!asked.empty() && !is_job_id(asked)) {
    return refused(problem("invalid_prompt_id", "prompt_id is no UUID",
                           "it takes 32 digits and small letters a to f, as "
                           "05cbf00c-0375-4a72-b0eb-50d6c993ce46"));
  }
  if (!asked.empty() && service.jobs.contains(asked)) {
    return refused(problem("invalid_prompt_id", "prompt_id is that of another prompt", asked));
  }
  const std::string id = asked.empty() ? new_job_id() : asked;
  const auto registry = service.plugins.current();
  CheckedPrompt checked = check_prompt(*prompt, targets_of(body), name_of(*prompt, id), *registry,
                                       service.options.folder, service.folders.files());
  if (!checked.error.is_null()) return refused(checked.error, checked.node_errors);

  Job job;
  job.id = id;
  job.client = text_at(body, "client_id");
  job.created = now_in_milliseconds();
  job.sent = std::make_shared<SentPrompt>(
      sent_prompt(*prompt, extra_data(body, job.created), checked.outputs, bytes));
  Submission submission = std::move(checked.submission).value();
  submission.place = place_of(service.folders, *job.sent);
  submission.decoded_previews = decoded_previews(*job.sent);
  submission.reuse = true;
  submission.front = body.value("front", Json(false)) == true;
  const Json number = body.value("number", Json());
  if (number.is_number()) submission.number = number.get<double>();
  submission.listener =
      std::make_shared<JobEvents>(job, service.jobs, service.clients, service.folders, service.log);
  service.log.add("got prompt");
  const std::optional<RunView> run = service.book.add(std::move(submission));
  if (!run) {
    return answer(kUnavailable,
                  {{"error", problem("queue_full", "The queue is full", "try again later")},
                   {"node_errors", Json::object()}});
  }
  return answer(
      kOk,
      {{"prompt_id", id}, {"number", number_json(run->number)}, {"node_errors", checked.node_errors}});
}

}  // namespace

void add_prompt_routes(Routes& routes, Service& service) {
  routes.both("GET", "/prompt", [&service](const HttpRequest&, const PathParts&) {
    return answer(kOk, queue_json(service.jobs));
  });
  routes.both("POST", "/prompt", [&service](const HttpRequest& request, const PathParts&) {
    try {
      return queue(body_json(request.body), request.body.size(), service);
    } catch (const Error& error) {
      return refused(problem("invalid_prompt", error.what()));
    }
  });
}

}  // namespace ksampler::comfy
