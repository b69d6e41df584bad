#include "host/serve/comfy/multipart.hpp"

#include "host/base/error.hpp"
#include "host/base/lower_case.hpp"
#include "host/serve/http/target.hpp"

#include <optional>

namespace ksampler::comfy {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

// `name="a \"b\".png"` of a header, or without quotes; none where it has none of that name.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  const std::string lower = lower_case(header);
  const std::string wanted = std::string(name) + "=";
  for (std::size_t at = lower.find(wanted); at != std::string::npos; at = lower.find(wanted, at + 1)) {
    const bool begins =
        at > 0 && (lower[at - 1] == ' ' || lower[at - 1] == ';' || lower[at - 1] == '\t');
    if (!begins) continue;
    std::string_view value = header.substr(at + wanted.size());
    if (!value.starts_with('"')) return std::string(value.substr(0, value.find_first_of("; \t\r")));
    std::string text;
    for (std::size_t i = 1; i < value.size() && value[i] != '"'; ++i) {
      if (value[i] == '\\' && i + 1 < value.size() && (value[i + 1] == '"' || value[i + 1] == '\\'))
        ++i;
      text += value[i];
    }
    return text;
  }
  return std::nullopt;
}

// "a b.png" of "utf-8''a%20b.png" (RFC 5987), as Python's requests sends what is not ASCII.
std::string extended(const std::string& value) {
  const std::size_t quote = value.rfind('\'');
  if (quote == std::string::npos) return value;
  const std::vector<std::string> decoded = path_of("/" + value.substr(quote + 1));
  return decoded.empty() ? "" : decoded.front();
}

FormPart part_of(std::string_view text) {
  constexpr std::string_view kHeadEnd = "\r\n\r\n";
  const std::size_t end = text.find(kHeadEnd);
  if (end == std::string_view::npos) throw Error("a part of the form has no head");
  FormPart part;
  part.content = text.substr(end + kHeadEnd.size());
  std::string_view head = text.substr(0, end);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find(kLineEnd));
    head.remove_prefix(std::min(head.size(), line.size() + kLineEnd.size()));
    if (!lower_case(line).starts_with("content-disposition:")) continue;
    part.name = parameter(line, "name").value_or("");
    part.filename = parameter(line, "filename").value_or("");
    if (const auto coded = parameter(line, "filename*")) part.filename = extended(*coded);
  }
  return part;
}

}  // namespace

std::vector<FormPart> form_parts(std::string_view content_type, std::string_view body) {
  const bool is_form = lower_case(content_type).starts_with("multipart/form-data");
  const std::optional<std::string> boundary = parameter(content_type, "boundary");
  if (!is_form || !boundary || boundary->empty()) {
    throw Error("the body is no form with files (multipart/form-data)");
  }
  const std::string border = "--" + *boundary;
  std::vector<FormPart> parts;
  std::size_t at = body.find(border);
  while (at != std::string_view::npos) {
    std::string_view left = body.substr(at + border.size());
    if (left.starts_with("--")) return parts;
    if (!left.starts_with(kLineEnd)) break;
    left.remove_prefix(kLineEnd.size());
    const std::size_t end = left.find(std::string(kLineEnd) + border);
    if (end == std::string_view::npos) break;
    parts.push_back(part_of(left.substr(0, end)));
    at = static_cast<std::size_t>(left.data() - body.data()) + end + kLineEnd.size();
  }
  throw Error("the form is cut short");
}

std::string form_value(const std::vector<FormPart>& parts, std::string_view name) {
  for (const FormPart& part : parts) {
    if (part.name == name) return std::string(part.content);
  }
  return "";
}

}  // namespace ksampler::comfy
