// /queue, /history, /interrupt and /free.
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/job_json.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <algorithm>

namespace ksampler::comfy {
namespace {

HttpResponse json_answer(const std::string& text) {
  return text_answer(kOk, text + '\n', "application/json");
}

// What is no object says nothing, as no body does.
Json body_or_nothing(const HttpRequest& request) {
  try {
    Json body = body_json(request.body);
    return body.is_object() ? body : Json::object();
  } catch (const Error&) {
    return Json::object();
  }
}

bool flag(const Json& body, const char* key) { return body.value(key, Json(false)) == true; }

std::vector<std::string> ids_to_delete(const Json& body) {
  std::vector<std::string> ids;
  for (const Json& id : body.value("delete", Json::array())) {
    if (id.is_string()) ids.push_back(id.get<std::string>());
  }
  return ids;
}

HttpResponse history(const HttpRequest& request, const Service& service) {
  std::vector<Job> jobs = service.jobs.ended();
  const std::size_t count = std::min(number_of(request, "max_items", jobs.size()), jobs.size());
  // Without an offset: the last ones.
  const std::size_t offset = std::min(number_of(request, "offset", jobs.size() - count), jobs.size());
  jobs.resize(std::min(offset + count, jobs.size()));
  jobs.erase(jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(offset));
  return json_answer(history_text(jobs));
}

}  // namespace

void add_queue_routes(Routes& routes, Service& service) {
  routes.both("GET", "/queue", [&service](const HttpRequest&, const PathParts&) {
    return json_answer(R"({"queue_running":)" + queue_text(service.jobs.running()) +
                       R"(,"queue_pending":)" + queue_text(service.jobs.pending()) + '}');
  });
  routes.both("POST", "/queue", [&service](const HttpRequest& request, const PathParts&) {
    const Json body = body_or_nothing(request);
    const std::vector<std::string> ids = ids_to_delete(body);
    for (const Job& job : service.jobs.pending()) {
      const bool named = std::ranges::find(ids, job.id) != ids.end();
      if (flag(body, "clear") || named) service.cancel(job.id);
    }
    return empty_answer();
  });

  routes.both("GET", "/history", [&service](const HttpRequest& request, const PathParts&) {
    try {
      return history(request, service);
    } catch (const Error& error) {
      return refusal(kBadRequest, error.diagnostics());
    }
  });
  // Clients ask until it is there: what has not ended is nothing yet, and no error.
  routes.both("GET", "/history/*", [&service](const HttpRequest&, const PathParts& parts) {
    const std::optional<Job> job = service.jobs.find(parts[0]);
    const bool ended = job && job->ended != 0;
    return json_answer(history_text(ended ? std::vector{*job} : std::vector<Job>{}));
  });
  routes.both("POST", "/history", [&service](const HttpRequest& request, const PathParts&) {
    const Json body = body_or_nothing(request);
    if (flag(body, "clear")) service.jobs.forget_ended();
    for (const std::string& id : ids_to_delete(body)) {
      const std::optional<Job> job = service.jobs.find(id);
      if (job && job->ended != 0) service.jobs.forget(id);
    }
    return empty_answer();
  });

  // Whatever runs, or the job that is named where it runs.
  routes.both("POST", "/interrupt", [&service](const HttpRequest& request, const PathParts&) {
    const std::string named = text_at(body_or_nothing(request), "prompt_id");
    for (const Job& job : service.jobs.running()) {
      if (named.empty() || named == job.id) service.cancel(job.id);
    }
    return empty_answer();
  });

  routes.both("POST", "/free", [&service](const HttpRequest& request, const PathParts&) {
    const Json body = body_or_nothing(request);
    if (flag(body, "unload_models") || flag(body, "free_memory")) service.options.runtime->let_go();
    return empty_answer();
  });
}

}  // namespace ksampler::comfy
