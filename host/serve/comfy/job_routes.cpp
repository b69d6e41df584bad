// /api/jobs: what the page lists.
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/job_json.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <algorithm>
#include <sstream>

namespace ksampler::comfy {
namespace {

const std::vector<std::string> kStates = {"pending", "in_progress", "completed", "failed", "cancelled"};
const std::vector<std::string> kSortKeys = {"created_at", "execution_duration"};
const std::vector<std::string> kOrders = {"asc", "desc"};

// The value of a key, one of these words; the first where there is none. Throws Error.
std::string one_of(const HttpRequest& request, const char* key, const std::vector<std::string>& words,
                   const std::string& otherwise) {
  const std::string value = request.query_value(key).value_or(otherwise);
  if (std::ranges::find(words, value) != words.end()) return value;
  throw Error(sentence("'{}' is {}{}", key, quote(value), suggestion(value, words)));
}

std::vector<std::string> states_of(const HttpRequest& request) {
  std::istringstream list(request.query_value("status").value_or(""));
  std::vector<std::string> states;
  for (std::string state; std::getline(list, state, ',');) {
    if (state.empty()) continue;
    if (std::ranges::find(kStates, state) == kStates.end()) {
      throw Error(sentence("'status' has {}{}", quote(state), suggestion(state, kStates)));
    }
    states.push_back(state);
  }
  return states.empty() ? kStates : states;
}

std::vector<Job> all(const Service& service) {
  std::vector<Job> jobs = service.jobs.running();
  for (auto&& more : {service.jobs.pending(), service.jobs.ended()}) {
    jobs.insert(jobs.end(), more.begin(), more.end());
  }
  return jobs;
}

HttpResponse list_of_jobs(const HttpRequest& request, const Service& service) {
  const std::vector<std::string> states = states_of(request);
  const bool by_duration = one_of(request, "sort_by", kSortKeys, kSortKeys[0]) == kSortKeys[1];
  const bool rising = one_of(request, "sort_order", kOrders, "desc") == "asc";
  const std::string workflow = request.query_value("workflow_id").value_or("");
  std::vector<Job> jobs = all(service);
  std::erase_if(jobs, [&](const Job& job) {
    return std::ranges::find(states, state_name(job.state)) == states.end();
  });
  const auto key = [&](const Job& job) { return by_duration ? job.ended - job.began : job.created; };
  std::ranges::stable_sort(
      jobs, [&](const Job& a, const Job& b) { return rising ? key(a) < key(b) : key(b) < key(a); });
  Json entries = Json::array();
  for (const Job& job : jobs) {
    Json entry = job_entry(job);
    if (workflow.empty() || text_at(entry, "workflow_id") == workflow)
      entries.push_back(std::move(entry));
  }
  const std::size_t total = entries.size();
  const std::size_t offset = std::min(number_of(request, "offset", 0), total);
  const std::size_t limit = number_of(request, "limit", total);
  Json page = Json::array();
  for (std::size_t i = offset; i < total && page.size() < limit; ++i) page.push_back(entries[i]);
  const bool more = offset + page.size() < total;
  return answer(kOk, {{"jobs", std::move(page)},
                      {"pagination",
                       {{"offset", offset}, {"limit", limit}, {"total", total}, {"has_more", more}}}});
}

}  // namespace

void add_job_routes(Routes& routes, Service& service) {
  routes.both("GET", "/jobs", [&service](const HttpRequest& request, const PathParts&) {
    try {
      return list_of_jobs(request, service);
    } catch (const Error& error) {
      return answer(kBadRequest, {{"error", error.what()}});
    }
  });
  routes.both("GET", "/jobs/*", [&service](const HttpRequest&, const PathParts& parts) {
    const std::optional<Job> job = service.jobs.find(parts[0]);
    if (!job) return answer(kNotFound, {{"error", "Job not found"}});
    return answer(kOk, whole_job(*job));
  });
  routes.both("POST", "/jobs/cancel", [&service](const HttpRequest& request, const PathParts&) {
    try {
      const Json ids = body_json(request.body).value("job_ids", Json::array());
      bool cancelled = false;
      for (const Json& id : ids) {
        if (id.is_string() && service.cancel(id.get<std::string>())) cancelled = true;
      }
      return answer(kOk, {{"cancelled", cancelled}});
    } catch (const std::exception& error) {
      return answer(kBadRequest, {{"error", error.what()}});
    }
  });
  routes.both("POST", "/jobs/*/cancel", [&service](const HttpRequest&, const PathParts& parts) {
    return answer(kOk, {{"cancelled", service.cancel(parts[0])}});
  });
}

}  // namespace ksampler::comfy
