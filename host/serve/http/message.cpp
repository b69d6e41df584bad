#include "host/serve/http/message.hpp"

#include "host/base/lower_case.hpp"

#include <algorithm>

namespace ksampler {

std::string_view HttpRequest::header(std::string_view name) const {
  const std::string wanted = lower_case(name);
  for (const auto& [each, value] : headers) {
    if (lower_case(each) == wanted) return value;
  }
  return {};
}

std::optional<std::string> HttpRequest::query_value(std::string_view key) const {
  const auto last =
      std::find_if(query.rbegin(), query.rend(), [&](const auto& pair) { return pair.first == key; });
  if (last == query.rend()) return std::nullopt;
  return last->second;
}

}  // namespace ksampler
