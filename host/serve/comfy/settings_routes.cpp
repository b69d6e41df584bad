// /settings and /users: what the page keeps of its one user.
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

namespace ksampler::comfy {
namespace {

HttpResponse set(Service& service, const Json& values) {
  try {
    service.settings.set(values);
    return empty_answer();
  } catch (const Error& error) {
    return refusal(kServerError, error.diagnostics());
  }
}

}  // namespace

void add_settings_routes(Routes& routes, Service& service) {
  routes.both("GET", "/settings", [&service](const HttpRequest&, const PathParts&) {
    return answer(kOk, service.settings.all());
  });
  routes.both("GET", "/settings/*", [&service](const HttpRequest&, const PathParts& parts) {
    return answer(kOk, service.settings.get(parts[0]));
  });
  routes.both("POST", "/settings", [&service](const HttpRequest& request, const PathParts&) {
    try {
      const Json values = body_json(request.body);
      if (!values.is_object()) return refusal(kBadRequest, "the body is no object of settings");
      return set(service, values);
    } catch (const Error& error) {
      return refusal(kBadRequest, error.diagnostics());
    }
  });
  routes.both("POST", "/settings/*", [&service](const HttpRequest& request, const PathParts& parts) {
    try {
      const Json value = body_json(request.body);
      return set(service, {{parts[0], value}});
    } catch (const Error& error) {
      return refusal(kBadRequest, error.diagnostics());
    }
  });
  // Where the settings are, and that there is one user alone.
  routes.both("GET", "/users", [](const HttpRequest&, const PathParts&) {
    return answer(kOk, {{"storage", "server"}, {"migrated", true}});
  });
}

}  // namespace ksampler::comfy
