#include "host/serve/comfy/routes.hpp"

#include "host/serve/http/answer.hpp"

namespace ksampler::comfy {
namespace {

constexpr const char* kPage = "/comfy";

// A page of another site may have a browser ask here. It cannot read the answer; but it could show a
// picture, or see whether there is one. A link to the page itself may be anywhere.
HttpHandler guarded(const HttpHandler& handler, bool is_page) {
  return [handler, is_page](const HttpRequest& request, const PathParts& parts) {
    const bool foreign = request.header("Sec-Fetch-Site") == "cross-site";
    const bool link = is_page && request.header("Sec-Fetch-Mode") == "navigate";
    if (foreign && !link) return refusal(kForbidden, "a page of another site asks for this");
    return handler(request, parts);
  };
}

}  // namespace

void Routes::both(const std::string& method, const std::string& path, const HttpHandler& handler,
                  std::size_t largest_body) {
  const HttpHandler safe = guarded(handler, false);
  router_.route(method, path, safe, largest_body);
  router_.route(method, "/api" + path, safe, largest_body);
  if (!with_page_) return;
  router_.route(method, kPage + path, safe, largest_body);
  router_.route(method, std::string(kPage) + "/api" + path, safe, largest_body);
}

void Routes::plain(const std::string& method, const std::string& path, const HttpHandler& handler) {
  const HttpHandler safe = guarded(handler, false);
  router_.route(method, path, safe, kLargestJson);
  if (with_page_) router_.route(method, kPage + path, safe, kLargestJson);
}

void Routes::socket(const std::string& path, const WebSocketHandler& handler) {
  router_.socket(path, handler);
  router_.socket("/api" + path, handler);
  if (with_page_) router_.socket(kPage + path, handler);
}

void Routes::root(const std::string& path, const HttpHandler& handler) {
  if (with_page_) router_.route("GET", path, guarded(handler, false));
}

void Routes::no_page(const HttpHandler& handler) {
  if (with_page_) return;
  router_.route("GET", kPage, guarded(handler, true));
  router_.route("GET", std::string(kPage) + "/**", guarded(handler, true));
}

void Routes::page(const std::string& path, const HttpHandler& handler) {
  if (with_page_) router_.route("GET", kPage + path, guarded(handler, true));
}

}  // namespace ksampler::comfy
