// /object_info, /object_info/KSampler: what nodes there are. Samplers and files are those of now.
#include "host/nodes/declarations.hpp"
#include "host/serve/comfy/answers.hpp"
#include "host/serve/comfy/object_info.hpp"
#include "host/serve/comfy/routes.hpp"
#include "host/serve/comfy/service.hpp"

#include <nlohmann/json.hpp>

namespace ksampler::comfy {

void add_node_routes(Routes& routes, Service& service) {
  routes.both("GET", "/object_info", [&service](const HttpRequest&, const PathParts&) {
    const auto registry = service.plugins.current();
    Choices choices(*registry, service.folders.files());
    return answer(kOk, object_info(node_declarations(), choices));
  });
  routes.both("GET", "/object_info/*", [&service](const HttpRequest&, const PathParts& parts) {
    const auto registry = service.plugins.current();
    Choices choices(*registry, service.folders.files());
    Json found = Json::object();
    for (const NodeDecl& decl : node_declarations()) {
      if (decl.type == parts[0]) found[decl.type] = node_info(decl, choices);
    }
    return answer(kOk, found);
  });
}

}  // namespace ksampler::comfy
