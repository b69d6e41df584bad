#include "host/cli/ingredients.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/record_text.hpp"
#include "host/files/json_text.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace ksampler {
namespace {

constexpr std::size_t kLongestValue = 100;

// What is under a key, as a message shows it. A record may be of anybody's making.
std::string shown(const nlohmann::json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || found->is_null()) return "unknown";
  return printable(found->is_string() ? found->get<std::string>() : found->dump(), kLongestValue);
}

std::string hash_of(const nlohmann::json& object) {
  return shown(object, "sha256").substr(0, kShortHash);
}

const nlohmann::json* find(const nlohmann::json& list, const char* key, const std::string& value) {
  if (!list.is_array()) return nullptr;
  for (const nlohmann::json& each : list) {
    if (shown(each, key) == value) return &each;
  }
  return nullptr;
}

// "k-diffusion 0.1.0 (k-diffusion.so, sha256 0123456789ab)"
std::string plugin_text(const nlohmann::json& plugin) {
  return sentence("{} ({}, sha256 {})", shown(plugin, "version"), shown(plugin, "library"),
                  hash_of(plugin));
}

class Comparison {
 public:
  Comparison(const nlohmann::json& then, const nlohmann::json& now) : then_(then), now_(now) {}

  std::vector<std::string> sentences(bool same) {
    plugins();
    files();
    // Each compilation has its own: that says something only where the pixels differ, too.
    if (!same) host();
    constexpr std::array<std::pair<const char*, const char*>, 5> kFacts = {
        {{"ksampler", "ksampler"},
         {"libtorch", "LibTorch"},
         {"device", "the device"},
         {"cpu", "the processor's instructions"},
         {"threads", "the number of threads"}}};
    for (const auto& [key, name] : kFacts) {
      if (shown(then_, key) == shown(now_, key)) continue;
      say(sentence("{}: {} then, {} now", name, shown(then_, key), shown(now_, key)));
    }
    if (dtypes(then_) != dtypes(now_)) {
      say(sentence("what networks computed with: {} then, {} now", dtypes(then_), dtypes(now_)));
    }
    return std::move(sentences_);
  }

 private:
  void say(std::string sentence) { sentences_.push_back(std::move(sentence)); }

  static std::string dtypes(const nlohmann::json& record) {
    const auto found = record.find("dtypes");
    if (found == record.end()) return "the usual types";
    return sentence("unet {}, vae {}, text {}", shown(*found, "unet"), shown(*found, "vae"),
                    shown(*found, "text"));
  }

  void host() {
    if (shown(then_, "ksampler") != shown(now_, "ksampler")) return;  // said below
    const std::string then = shown(then_, "host_sha256"), now = shown(now_, "host_sha256");
    if (then == now) return;
    say(sentence("the host: another build of ksampler {}: sha256 {} then, {} now",
                 shown(now_, "ksampler"), then.substr(0, kShortHash), now.substr(0, kShortHash)));
  }

  void plugins() {
    for (const nlohmann::json& plugin : then_.value("plugins", nlohmann::json::array())) {
      const std::string name = shown(plugin, "name");
      const nlohmann::json other = now_.value("plugins", nlohmann::json::array());
      const nlohmann::json* now = find(other, "name", name);
      if (now == nullptr) {
        say(sentence("plugin {}: {} then, not used now", name, plugin_text(plugin)));
      } else if (shown(plugin, "sha256") != shown(*now, "sha256") ||
                 shown(plugin, "version") != shown(*now, "version")) {
        say(sentence("plugin {}: {} then, {} now", name, plugin_text(plugin), plugin_text(*now)));
      }
    }
  }

  void files() {
    for (const nlohmann::json& file : then_.value("files", nlohmann::json::array())) {
      const std::string input = shown(file, "input");
      const nlohmann::json other = now_.value("files", nlohmann::json::array());
      const nlohmann::json* now = find(other, "input", input);
      if (now == nullptr || shown(file, "sha256") == shown(*now, "sha256")) continue;
      say(sentence("file {} ({}): its contents are others: sha256 {} then, {} now", input,
                   shown(file, "name"), hash_of(file), hash_of(*now)));
    }
  }

  const nlohmann::json& then_;
  const nlohmann::json& now_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<std::string> changed_ingredients(const std::string& then, const std::string& now,
                                             bool same) {
  const nlohmann::json before = json_or_nothing(then);
  const nlohmann::json after = json_or_nothing(now);
  if (!before.is_object()) {
    return {"which plugins and files it was made with, the picture does not say"};
  }
  if (!after.is_object()) return {};
  return Comparison(before, after).sentences(same);
}

}  // namespace ksampler
