#include "host/serve/http/router.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/serve/http/answer.hpp"
#include "host/serve/http/target.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace ksampler {
namespace {

using Segments = std::vector<std::string>;

std::string joined(Segments::const_iterator begin, Segments::const_iterator end) {
  std::string text;
  for (auto at = begin; at != end; ++at) text += (at == begin ? "" : "/") + *at;
  return text;
}

// None where it does not fit.
std::optional<PathParts> match(const Segments& pattern, const Segments& path) {
  PathParts parts;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= path.size()) return std::nullopt;
    const auto here = path.begin() + static_cast<std::ptrdiff_t>(i);
    if (pattern[i] == "**") {
      parts.push_back(joined(here, path.end()));
      return parts;
    }
    if (pattern[i] == "*" && !here->empty()) {
      parts.push_back(*here);
    } else if (pattern[i] != *here) {
      return std::nullopt;
    }
  }
  if (path.size() != pattern.size()) return std::nullopt;
  return parts;
}

bool takes(const std::string& route, const std::string& method) {
  return route == method || (route == "GET" && method == "HEAD");
}

HttpResponse called(const HttpHandler& handler, const HttpRequest& request, const PathParts& parts) {
  try {
    return handler(request, parts);
  } catch (const std::exception& error) {
    return refusal(kServerError, sentence("internal error: {}", error.what()));
  } catch (...) {
    return refusal(kServerError, "internal error: unknown");
  }
}

// For people: the target without its query, decoded.
std::string path_text(const HttpRequest& request) {
  return printable("/" + joined(request.path.begin(), request.path.end()), 200);
}

}  // namespace

void Router::route(std::string method, std::string_view pattern, HttpHandler handler,
                   std::optional<std::size_t> largest_body) {
  routes_.push_back({std::move(method), path_of(pattern), std::move(handler), largest_body});
}

void Router::socket(std::string_view path, WebSocketHandler handler) {
  sockets_.push_back({path_of(path), std::move(handler)});
}

HttpResponse Router::answer(const HttpRequest& request) const {
  std::vector<std::string> allowed;
  const auto allow = [&](const std::string& method) {
    if (std::find(allowed.begin(), allowed.end(), method) == allowed.end()) allowed.push_back(method);
  };
  for (const Route& each : routes_) {
    const std::optional<PathParts> parts = match(each.pattern, request.path);
    if (!parts) continue;
    if (takes(each.method, request.method)) return called(each.handler, request, *parts);
    allow(each.method);
    if (each.method == "GET") allow("HEAD");
  }
  if (allowed.empty()) {
    return refusal(kNotFound, sentence("nothing answers to {} {}", printable(request.method, 20),
                                       path_text(request)));
  }
  HttpResponse response =
      refusal(kMethodNotAllowed, sentence("{} does not answer to {}, but to {}", path_text(request),
                                          printable(request.method, 20), listed(allowed)));
  std::string list;
  for (const std::string& method : allowed) list += (list.empty() ? "" : ", ") + method;
  response.headers.emplace_back("Allow", std::move(list));
  return response;
}

std::optional<std::size_t> Router::largest_body(const HttpRequest& request) const {
  for (const Route& each : routes_) {
    if (takes(each.method, request.method) && match(each.pattern, request.path)) {
      return each.largest_body;
    }
  }
  return std::nullopt;
}

const WebSocketHandler* Router::socket_at(const HttpRequest& request) const {
  const auto found = std::find_if(sockets_.begin(), sockets_.end(),
                                  [&](const Socket& each) { return each.path == request.path; });
  return found == sockets_.end() ? nullptr : &found->handler;
}

}  // namespace ksampler
