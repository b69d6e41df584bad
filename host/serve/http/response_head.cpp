#include "host/serve/http/response_head.hpp"

#include "host/base/lower_case.hpp"

#include <algorithm>
#include <array>

namespace ksampler {
namespace {

bool frames(std::string_view name) {
  constexpr std::array names = {"content-length", "transfer-encoding", "connection"};
  return std::find(names.begin(), names.end(), lower_case(name)) != names.end();
}

bool has(const TextPairs& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& each) { return lower_case(each.first) == lower_case(name); });
}

void add(std::string& head, std::string_view name, std::string_view value) {
  const auto on_one_line = [&](std::string_view text) {
    for (const char c : text) head += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  };
  on_one_line(name);
  head += ": ";
  on_one_line(value);
  head += "\r\n";
}

}  // namespace

std::string response_head(const HttpResponse& response, std::string_view reason,
                          const TextPairs& defaults, const Framing& framing) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reason).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (!frames(name)) add(head, name, value);
  }
  for (const auto& [name, value] : defaults) {
    if (!has(response.headers, name)) add(head, name, value);
  }
  if (framing.length) add(head, "Content-Length", std::to_string(*framing.length));
  if (framing.chunked) add(head, "Transfer-Encoding", "chunked");
  add(head, "Connection", framing.keep_alive ? "keep-alive" : "close");
  return head + "\r\n";
}

}  // namespace ksampler
