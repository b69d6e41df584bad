// What ComfyUI's API answers to, a file each. `Service` must outlive the router.
#ifndef KSAMPLER_SERVE_COMFY_ROUTES_HPP
#define KSAMPLER_SERVE_COMFY_ROUTES_HPP

#include "host/serve/http/router.hpp"

#include <cstddef>
#include <string>

namespace ksampler::comfy {

struct Service;

inline constexpr std::size_t kLargestJson = std::size_t{16} << 20;     // bytes
inline constexpr std::size_t kLargestUpload = std::size_t{100} << 20;  // as /features says

// ComfyUI answers to most paths with and without /api. Its page, below /comfy/, asks below that.
class Routes {
 public:
  Routes(Router& router, bool with_page) : router_(router), with_page_(with_page) {}

  // "/prompt": at "/prompt" and "/api/prompt".
  void both(const std::string& method, const std::string& path, const HttpHandler& handler,
            std::size_t largest_body = kLargestJson);
  // "/internal/logs": there alone.
  void plain(const std::string& method, const std::string& path, const HttpHandler& handler);
  // "/ws"
  void socket(const std::string& path, const WebSocketHandler& handler);
  // At the root, where the page is there.
  void root(const std::string& path, const HttpHandler& handler);
  // Below /comfy alone.
  void page(const std::string& path, const HttpHandler& handler);
  // All below /comfy, where the page is not there.
  void no_page(const HttpHandler& handler);

 private:
  Router& router_;
  bool with_page_;
};

void add_node_routes(Routes& routes, Service& service);      // /object_info
void add_prompt_routes(Routes& routes, Service& service);    // /prompt
void add_queue_routes(Routes& routes, Service& service);     // /queue, /history, /interrupt, /free
void add_job_routes(Routes& routes, Service& service);       // /jobs
void add_socket_route(Routes& routes, Service& service);     // /ws
void add_view_route(Routes& routes, Service& service);       // /view
void add_upload_routes(Routes& routes, Service& service);    // /upload/image, /upload/mask
void add_userdata_routes(Routes& routes, Service& service);  // /userdata
void add_settings_routes(Routes& routes, Service& service);  // /settings, /users
void add_model_routes(Routes& routes, Service& service);     // /models, /embeddings, /view_metadata
void add_system_routes(Routes& routes, Service& service);    // /system_stats, /features, and constants
void add_log_routes(Routes& routes, Service& service);       // /internal/logs
void add_template_routes(Routes& routes, Service& service);  // /templates
void add_page_routes(Routes& routes, Service& service);      // /comfy/, where the page is there

}  // namespace ksampler::comfy

#endif
