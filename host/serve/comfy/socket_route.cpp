// /ws: how jobs go on.
#include "host/files/json_text.hpp"
#include "host/serve/comfy/features.hpp"
#include "host/serve/comfy/job_events.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <algorithm>

namespace ksampler::comfy {
namespace {

// As clients make theirs up.
std::string new_client_id() {
  std::string id = new_job_id();
  std::erase(id, '-');
  return id;
}

// What a client says is its features; all else is passed over.
void hear(const std::string& text, const std::string& id, WebSocket& socket, Service& service) {
  const nlohmann::json message = json_or_nothing(text);
  if (!message.is_object() || message.value("type", nlohmann::json()) != "feature_flags") return;
  const auto data = message.find("data");
  const bool knows = data != message.end() && data->is_object() &&
                     data->value("supports_preview_metadata", nlohmann::json(false)) == true;
  if (knows) service.clients.knows_previews(id, &socket);
  socket.send_text(message_text("feature_flags", features()));
}

// Where its job runs already, at which node.
void tell_where(const std::string& id, Service& service) {
  for (const Job& job : service.jobs.running()) {
    if (job.client != id || job.node.empty()) continue;
    service.clients.send(id, "executing",
                         {{"node", job.node}, {"display_node", job.node}, {"prompt_id", job.id}});
  }
}

}  // namespace

void add_socket_route(Routes& routes, Service& service) {
  routes.socket(
      "/ws", [&service](const HttpRequest& request, const std::shared_ptr<WebSocket>& socket) {
        const std::string asked = request.query_value("clientId").value_or("");
        const std::string id = asked.empty() ? new_client_id() : asked;
        service.clients.add(id, socket, [&] {
          return Json{{"status", queue_json(service.jobs)}, {"sid", id}};
        });
        tell_where(id, service);
        const std::weak_ptr<WebSocket> weak = socket;  // who holds the socket holds these
        return WebSocketClient{[&service, id, weak](const std::string& text) {
                                 if (const auto open = weak.lock()) hear(text, id, *open, service);
                               },
                               [&service, id, raw = socket.get()] { service.clients.remove(id, raw); }};
      });
}

}  // namespace ksampler::comfy
