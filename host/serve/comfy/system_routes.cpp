// /system_stats and /features, and what the page asks for that there is nothing of here.
#include "host/base/memory.hpp"
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/features.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

namespace ksampler::comfy {
namespace {

// The version of ComfyUI whose API this is.
constexpr const char* kApiVersion = "0.33.0";

Json system_stats(const Service& service) {
  const ComputeDevice device = service.options.runtime->device();
  return {{"system",
           {{"os", "linux"},
            {"ram_total", memory_of_process()},
            {"ram_free", available_memory()},
            {"comfyui_version", kApiVersion},
            {"required_frontend_version", ""},
            {"installed_templates_version", ""},
            {"required_templates_version", ""},
            {"python_version", "none"},
            {"pytorch_version", service.options.runtime->describe()},
            {"embedded_python", false},
            // Without argv the page has no Run button. With this word in it, it asks no other site.
            {"argv", {"ksampler", "--disable-api-nodes"}}}},
          {"devices",
           {{{"name", device.name},
             {"type", device.type},
             {"index", device.type == "cpu" ? Json(nullptr) : Json(0)},
             {"vram_total", device.memory},
             {"vram_free", device.free_memory},
             {"torch_vram_total", device.memory},
             {"torch_vram_free", device.free_memory}}}}};
}

}  // namespace

void add_system_routes(Routes& routes, Service& service) {
  routes.both("GET", "/system_stats", [&service](const HttpRequest&, const PathParts&) {
    return answer(kOk, system_stats(service));
  });
  routes.both("GET", "/features",
              [](const HttpRequest&, const PathParts&) { return answer(kOk, features()); });

  // No extensions of the page, no translations, blueprints, replaced nodes or templates of nodes.
  routes.both("GET", "/extensions",
              [](const HttpRequest&, const PathParts&) { return answer(kOk, Json::array()); });
  for (const char* path : {"/i18n", "/global_subgraphs", "/node_replacements", "/workflow_templates"}) {
    routes.both("GET", path,
                [](const HttpRequest&, const PathParts&) { return answer(kOk, Json::object()); });
  }
}

}  // namespace ksampler::comfy
