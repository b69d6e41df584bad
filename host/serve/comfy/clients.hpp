// Who listens at a WebSocket, by the id that it came with: ComfyUI's page, and programs. Thread rule:
// any thread.
#ifndef KSAMPLER_SERVE_COMFY_CLIENTS_HPP
#define KSAMPLER_SERVE_COMFY_CLIENTS_HPP

#include "host/serve/comfy/json.hpp"
#include "host/serve/http/web_socket.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace ksampler::comfy {

class Clients {
 public:
  // Takes the place of an older one of the same id, which is closed. `greeting` is what it is told
  // first, as the data of a `status`.
  void add(const std::string& id, std::shared_ptr<WebSocket> socket,
           const std::function<Json()>& greeting);
  // Unless another has its place.
  void remove(const std::string& id, const WebSocket* socket);
  // It said that it tells previews from results (`supports_preview_metadata`).
  void knows_previews(const std::string& id, const WebSocket* socket);
  // It wants to be told what is logged.
  void wants_log(const std::string& id, bool wanted);

  // {"type": type, "data": data}, where that client is connected. `slot` as WebSocket's.
  void send(const std::string& id, const char* type, const Json& data, const std::string& slot = {});
  void send_all(const char* type, const Json& data, const std::string& slot = {});
  // The same, with what is so when it is sent: of two, the later message is the later state.
  void send_all_now(const char* type, const std::function<Json()>& data);
  void send_log(const Json& data);

  // A preview goes to sockets that tell it from a result; others take any binary message for one. To
  // them, too, where `plain`: whose job it is asked for it. An empty id: all of them.
  enum class To { those_who_know, all };
  bool wants_preview(const std::string& id, To to) const;
  void send_preview(const std::string& id, To to, const Json& metadata, const std::string& png);

 private:
  struct Client {
    std::shared_ptr<WebSocket> socket;
    bool previews = false;
    bool log = false;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Client> clients_;
};

// {"type": type, "data": data}
std::string message_text(const char* type, const Json& data);

}  // namespace ksampler::comfy

#endif
