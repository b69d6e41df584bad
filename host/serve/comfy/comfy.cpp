#include "host/serve/comfy/comfy.hpp"

#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

namespace ksampler {
namespace comfy {

Service::Service(ComfyOptions given, RunBook& given_book, ServedPlugins& given_plugins)
    : options(std::move(given)),
      book(given_book),
      plugins(given_plugins),
      folders(options.base, options.files),
      settings(folders.user() / "comfy.settings.json") {}

bool Service::cancel(const std::string& job) {
  const std::optional<Job> found = jobs.find(job);
  return found && found->run != 0 && found->ended == 0 &&
         book.cancel(found->run) == RunBook::Cancelled::fine;
}

}  // namespace comfy

Comfy::Comfy(ComfyOptions options, RunBook& book, ServedPlugins& plugins)
    : service_(std::make_unique<comfy::Service>(std::move(options), book, plugins)) {}

Comfy::~Comfy() = default;

void Comfy::add_to(Router& router) {
  comfy::Routes routes(router, !service_->options.page.empty());
  for (const auto add : {comfy::add_node_routes, comfy::add_prompt_routes, comfy::add_queue_routes,
                         comfy::add_job_routes, comfy::add_socket_route, comfy::add_view_route,
                         comfy::add_upload_routes, comfy::add_userdata_routes,
                         comfy::add_settings_routes, comfy::add_model_routes, comfy::add_system_routes,
                         comfy::add_log_routes, comfy::add_template_routes, comfy::add_page_routes}) {
    add(routes, *service_);
  }
}

std::filesystem::path installed_page(const std::filesystem::path& environment) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (fs::directory_iterator at(environment / "lib", error), end; !error && at != end;
       at.increment(error)) {
    const fs::path page = at->path() / "site-packages" / "comfyui_frontend_package" / "static";
    std::error_code ignored;
    if (fs::is_regular_file(page / "index.html", ignored)) return page;
  }
  return {};
}

}  // namespace ksampler
