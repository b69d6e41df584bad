#include "host/serve/comfy/clients.hpp"

#include "host/serve/http/answer.hpp"

#include <nlohmann/json.hpp>

namespace ksampler::comfy {
namespace {

// Kinds of binary messages.
constexpr std::uint32_t kPreview = 1;
constexpr std::uint32_t kPreviewWithMetadata = 4;
constexpr std::uint32_t kPng = 2;

// Big-endian.
std::string number(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFF);
  return bytes;
}

}  // namespace

std::string message_text(const char* type, const Json& data) {
  return json_text({{"type", type}, {"data", data}});
}

void Clients::add(const std::string& id, std::shared_ptr<WebSocket> socket,
                  const std::function<Json()>& greeting) {
  std::shared_ptr<WebSocket> before;
  {
    const std::lock_guard lock(mutex_);
    socket->send_text(message_text("status", greeting()));
    Client& client = clients_[id];
    before = std::move(client.socket);
    client = {std::move(socket)};
  }
  if (before != nullptr) before->close();
}

void Clients::remove(const std::string& id, const WebSocket* socket) {
  const std::lock_guard lock(mutex_);
  const auto at = clients_.find(id);
  if (at != clients_.end() && at->second.socket.get() == socket) clients_.erase(at);
}

void Clients::knows_previews(const std::string& id, const WebSocket* socket) {
  const std::lock_guard lock(mutex_);
  const auto at = clients_.find(id);
  if (at != clients_.end() && at->second.socket.get() == socket) at->second.previews = true;
}

void Clients::wants_log(const std::string& id, bool wanted) {
  const std::lock_guard lock(mutex_);
  if (const auto at = clients_.find(id); at != clients_.end()) at->second.log = wanted;
}

void Clients::send(const std::string& id, const char* type, const Json& data, const std::string& slot) {
  const std::lock_guard lock(mutex_);
  const auto at = clients_.find(id);
  if (at != clients_.end()) at->second.socket->send_text(message_text(type, data), slot);
}

void Clients::send_all(const char* type, const Json& data, const std::string& slot) {
  const std::string text = message_text(type, data);
  const std::lock_guard lock(mutex_);
  for (const auto& [id, client] : clients_) client.socket->send_text(text, slot);
}

void Clients::send_all_now(const char* type, const std::function<Json()>& data) {
  const std::lock_guard lock(mutex_);
  const std::string text = message_text(type, data());
  for (const auto& [id, client] : clients_) client.socket->send_text(text);
}

void Clients::send_log(const Json& data) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, client] : clients_) {
    if (client.log) client.socket->send_text(message_text("logs", data));
  }
}

bool Clients::wants_preview(const std::string& id, To to) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [each, client] : clients_) {
    if ((id.empty() || each == id) && (client.previews || to == To::all)) return true;
  }
  return false;
}

void Clients::send_preview(const std::string& id, To to, const Json& metadata, const std::string& png) {
  const std::string slot = "preview " + metadata.value("node_id", "");
  const std::string about = json_text(metadata);
  const std::string known =
      number(kPreviewWithMetadata) + number(static_cast<std::uint32_t>(about.size())) + about + png;
  const std::string plain = number(kPreview) + number(kPng) + png;
  const std::lock_guard lock(mutex_);
  for (const auto& [each, client] : clients_) {
    if (!id.empty() && each != id) continue;
    if (client.previews) {
      client.socket->send_binary(known, slot);
    } else if (to == To::all) {
      client.socket->send_binary(plain, slot);
    }
  }
}

}  // namespace ksampler::comfy
