#include "host/serve/gate.hpp"

#include "host/base/lower_case.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>

namespace ksampler {
namespace {

constexpr int kHttpPort = 80;  // which a browser leaves out

}  // namespace

Gate::Gate(int port) {
  for (const std::string name : {"127.0.0.1", "localhost"}) {
    hosts_.push_back(name + ":" + std::to_string(port));
    if (port == kHttpPort) hosts_.push_back(name);
  }
}

std::optional<std::string> Gate::refusal(const std::string& host, const std::string& origin,
                                         bool changes) const {
  const auto is_here = [&](const std::string& name) {
    return std::find(hosts_.begin(), hosts_.end(), lower_case(name)) != hosts_.end();
  };
  if (!is_here(host)) {
    return sentence("the request is for host {}; this is {}", quote(host), listed(hosts_));
  }
  const std::string scheme = "http://";  // names of schemes and hosts have no case
  const bool own = lower_case(origin).starts_with(scheme) && is_here(origin.substr(scheme.size()));
  if (changes && !origin.empty() && !own) {
    return sentence("the request comes from a page of {}; only this server's own may send it",
                    quote(origin));
  }
  return std::nullopt;
}

}  // namespace ksampler
