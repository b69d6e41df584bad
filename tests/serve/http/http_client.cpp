#include "tests/serve/http/http_client.hpp"

#include "host/base/lower_case.hpp"

namespace ksampler::test {
namespace {

// The next chunk; empty for the last one, none where it does not come.
std::optional<std::string> next_chunk(RawClient& client) {
  const auto line = client.receive_to("\r\n");
  if (!line) return std::nullopt;
  const std::size_t size = std::stoul(*line, nullptr, 16);
  auto chunk = client.receive_bytes(size + 2);
  if (chunk) chunk->resize(size);
  return chunk;
}

std::optional<HttpAnswer> next_head(RawClient& client) {
  const auto head = client.receive_to("\r\n\r\n");
  if (!head || !head->starts_with("HTTP/1.1 ")) return std::nullopt;
  HttpAnswer answer;
  answer.status = std::stoi(head->substr(9));
  for (std::size_t at = head->find("\r\n") + 2; at + 2 < head->size();) {
    const std::size_t end = head->find("\r\n", at);
    const std::size_t colon = head->find(": ", at);
    answer.headers.emplace_back(head->substr(at, colon - at), head->substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  return answer;
}

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
  for (const auto& [each, value] : headers) {
    if (lower_case(each) == lower_case(name)) return value;
  }
  return {};
}

std::optional<HttpAnswer> next_answer(RawClient& client, bool bodiless) {
  std::optional<HttpAnswer> answer = next_head(client);
  if (!answer || bodiless || answer->status < 200) return answer;
  if (answer->header("Transfer-Encoding") == "chunked") {
    for (;;) {
      const auto chunk = next_chunk(client);
      if (!chunk) return std::nullopt;
      if (chunk->empty()) return answer;
      answer->body += *chunk;
    }
  }
  const std::string length = answer->header("Content-Length");
  if (length.empty()) return answer;
  const auto body = client.receive_bytes(std::stoul(length));
  if (!body) return std::nullopt;
  answer->body = *body;
  return answer;
}

std::string HttpClient::head(const std::string& method, const std::string& target,
                             const TextPairs& headers) const {
  std::string text = method + " " + target + " HTTP/1.1\r\n";
  bool has_host = false;
  for (const auto& [name, value] : headers) {
    text += name + ": " + value + "\r\n";
    has_host = has_host || name == "Host";
  }
  if (!has_host) text += "Host: 127.0.0.1:" + std::to_string(port_) + "\r\n";
  return text + "\r\n";
}

std::optional<HttpAnswer> HttpClient::send(const std::string& method, const std::string& target,
                                           const TextPairs& headers, const std::string& body) const {
  RawClient client(port_);
  TextPairs all = headers;
  if (!body.empty() || method == "POST")
    all.emplace_back("Content-Length", std::to_string(body.size()));
  client.send(head(method, target, all));
  client.send(body);
  return next_answer(client, method == "HEAD");
}

std::optional<HttpAnswer> HttpClient::post(const std::string& target, const std::string& body,
                                           const std::string& type, const TextPairs& headers) const {
  TextPairs all = headers;
  all.emplace_back("Content-Type", type);
  return send("POST", target, all, body);
}

void HttpClient::read(const std::string& target,
                      const std::function<bool(std::string_view piece)>& receive) const {
  RawClient client(port_);
  client.send(head("GET", target));
  if (!next_head(client)) return;
  for (;;) {
    const auto chunk = next_chunk(client);
    if (!chunk || chunk->empty() || !receive(*chunk)) return;
  }
}

}  // namespace ksampler::test
