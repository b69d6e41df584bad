// /comfy/: ComfyUI's page, out of the user's own installation of it.
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

namespace ksampler::comfy {
namespace {

namespace fs = std::filesystem;

// Nothing but this server is asked for anything. The page's own first script stands in its HTML.
constexpr const char* kPolicy =
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; style-src 'self' "
    "'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

HttpResponse page(const fs::path& folder) {
  HttpResponse response = empty_answer();
  response.file = folder / "index.html";
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"Content-Security-Policy", kPolicy}};
  return response;
}

// Names in assets/ change with what is in them.
HttpResponse file_of_page(const fs::path& folder, const std::string& name) {
  if (name.empty() || name == "index.html") return page(folder);
  if (name == "user.css") return text_answer(kOk, "", "text/css");
  const fs::path file = inside(folder, name);
  std::error_code ignored;
  if (file.empty() || file.extension() == ".map" || !fs::is_regular_file(file, ignored)) {
    return refusal(kNotFound, "the page has no such file");
  }
  HttpResponse response = empty_answer();
  response.file = file;
  response.headers = {
      {"Content-Type", media_type_of(file)},
      {"Cache-Control", name.starts_with("assets/") ? "max-age=31536000, immutable" : "no-cache"}};
  return response;
}

}  // namespace

void add_page_routes(Routes& routes, Service& service) {
  routes.no_page([](const HttpRequest&, const PathParts&) {
    return text_answer(
        kNotFound,
        "ComfyUI's page is not here: `pip install comfyui-frontend-package` into a virtual "
        "environment, "
        "and start `ksampler serve --comfy` while that is active, or with --page DIR, which names the "
        "package's folder static. ksampler's own page is at /.\n",
        "text/plain; charset=utf-8");
  });
  // Its references are relative: they need the slash.
  routes.page("", [](const HttpRequest&, const PathParts&) {
    HttpResponse response = empty_answer(302);
    response.headers = {{"Location", "/comfy/"}};
    return response;
  });
  // Its icons are asked for by absolute addresses.
  routes.root("/assets/**", [&service](const HttpRequest&, const PathParts& parts) {
    return file_of_page(service.options.page, "assets/" + parts[0]);
  });
  routes.page("/**", [&service](const HttpRequest&, const PathParts& parts) {
    return file_of_page(service.options.page, parts[0]);
  });
}

}  // namespace ksampler::comfy
