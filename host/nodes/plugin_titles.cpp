#include "host/nodes/plugin_titles.hpp"

#include "host/base/sentence.hpp"

#include <algorithm>
#include <vector>

namespace ksampler {
namespace {

// Letters in lower case, digits and '+': what is left of "DPM++ 2M", "dpm++_2m" and "DPM++ 2m" alike.
std::string plain(const std::string& title) {
  std::string result;
  for (const char c : title) {
    if (c >= 'A' && c <= 'Z') result += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+') result += c;
  }
  return result;
}

// "Euler a" is short for "Euler ancestral" elsewhere.
std::string written_out(std::string title) {
  if (title.ends_with(" a")) title.replace(title.size() - 1, 1, "ancestral");
  return title;
}

template <typename Description>
std::string id_of(const Registry& registry, std::vector<Description> PluginDescription::*member,
                  const std::string& wanted, const std::string& written) {
  for (const Manifest& manifest : registry.plugins()) {
    for (const Description& each : manifest.plugin.*member) {
      if (each.id == written) return "";  // a name after all, and wrong for another reason
      if (plain(each.title) == wanted || plain(each.id) == wanted) return each.id;
    }
  }
  return "";
}

}  // namespace

std::string sampler_by_title(const Registry& registry, const std::string& title) {
  const auto sampler = [&registry](const std::string& text) {
    const std::string wanted = plain(written_out(text));
    return wanted.empty() ? "" : id_of(registry, &PluginDescription::samplers, wanted, text);
  };
  if (const std::string id = sampler(title); !id.empty())
    return sentence("that is the title of '{}'", id);
  // "DPM++ 2M Karras" is a sampler and a scheduler.
  const std::size_t space = title.rfind(' ');
  if (space == std::string::npos) return "";
  const std::string id = sampler(title.substr(0, space));
  const std::string scheduler =
      id_of(registry, &PluginDescription::schedulers, plain(title.substr(space + 1)), "");
  if (id.empty() || scheduler.empty()) return "";
  return sentence("that is sampler_name: {} with scheduler: {}", id, scheduler);
}

std::string scheduler_by_title(const Registry& registry, const std::string& title) {
  const std::string wanted = plain(title);
  const std::string id =
      wanted.empty() ? "" : id_of(registry, &PluginDescription::schedulers, wanted, title);
  return id.empty() ? "" : sentence("that is the title of '{}'", id);
}

}  // namespace ksampler
