// /internal/logs: what the server has said, for the page's log panel.
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

namespace ksampler::comfy {

void add_log_routes(Routes& routes, Service& service) {
  routes.plain("GET", "/internal/logs/raw", [&service](const HttpRequest&, const PathParts&) {
    return answer(kOk, service.log.all());
  });
  routes.plain("GET", "/internal/logs", [&service](const HttpRequest&, const PathParts&) {
    return answer(kOk, Json(service.log.text()));
  });
  routes.plain("PATCH", "/internal/logs/subscribe",
               [&service](const HttpRequest& request, const PathParts&) {
                 try {
                   const Json body = body_json(request.body);
                   const bool wanted = body.is_object() && body.value("enabled", Json(false)) == true;
                   service.clients.wants_log(text_at(body, "clientId"), wanted);
                   return empty_answer();
                 } catch (const Error& error) {
                   return refusal(kBadRequest, error.diagnostics());
                 }
               });
}

}  // namespace ksampler::comfy
