#include "host/plugin/manifest.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/read_file.hpp"
#include "host/plugin/rules.hpp"
#include "host/plugin/toml_reader.hpp"
#include "host/plugin/traits.hpp"

#include <charconv>
#include <iterator>
#include <limits>

namespace ksampler {
namespace {

constexpr std::size_t kLargestManifest = 16 << 20;

template <std::size_t N>
std::vector<std::string> list_of(const char* const (&names)[N]) {
  return {std::begin(names), std::end(names)};
}

// "1.0"; false where it is something else.
bool parse_abi(const std::string& text, std::uint32_t& major, std::uint32_t& minor) {
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, major);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return false;
  const auto second = std::from_chars(first.ptr + 1, end, minor);
  return second.ec == std::errc{} && second.ptr == end;
}

// The default in the words of the type: a name, true, a number.
double read_default(TomlTable& table, const ParamDescription& param) {
  if (param.type == ParamType::numbers) return 0;
  if (param.type == ParamType::choice)
    return static_cast<double>(table.choice("default", param.choices));
  const toml::node* node = table.node("default");
  if (node == nullptr) {
    table.report("default is missing");
    return 0;
  }
  if (param.type == ParamType::boolean) {
    if (const auto* value = node->as_boolean()) return value->get() ? 1 : 0;
    table.wrong_type("default", *node, "true or false");
    return 0;
  }
  return table.number("default").value_or(0);
}

// Reads one manifest; gathers everything wrong with it in `report`.
class ManifestReader {
 public:
  explicit ManifestReader(TomlReport& report) : report_(report) {}

  // False where reading on makes no sense: a later ABI may have other keys.
  bool read_plugin(const toml::table& root, Manifest& manifest) {
    const toml::node* node = root.get("plugin");
    const toml::table* table = node == nullptr ? nullptr : node->as_table();
    if (table == nullptr) {
      report_.add(node == nullptr ? root.source() : node->source(), "a table [plugin] is wanted");
      return false;
    }
    TomlTable reader(*table, "[plugin]", report_);
    PluginDescription& plugin = manifest.plugin;
    const std::string abi = reader.string("abi");
    plugin.name = reader.string("name");
    plugin.version = reader.string("version");
    plugin.licence = reader.string("licence");
    manifest.library = reader.string("library");
    if (const toml::node* value = reader.node("isolation"); value != nullptr) {
      manifest.isolated = value->value<std::string>() == "process";
      if (!manifest.isolated)
        reader.report(*value, "isolation is not \"process\", its one value; leave it out for none");
    }
    if (const toml::node* value = reader.node("abi"); value != nullptr && value->is_string()) {
      if (!parse_abi(abi, plugin.abi_major, plugin.abi_minor)) {
        reader.report(*value, sentence("abi is {}; two numbers as in \"1.0\" are wanted", quote(abi)));
      } else if (auto problem = abi_problem(plugin.abi_major, plugin.abi_minor); !problem.empty()) {
        reader.report(*value, problem);
        return false;
      }
    }
    if (const toml::node* value = reader.node("library"); value != nullptr && value->is_string()) {
      if (auto wrong = library_problem(manifest.library); !wrong.empty()) reader.report(*value, wrong);
    }
    reader.finish();
    return true;
  }

  void read_parts(const toml::table& root, PluginDescription& plugin) {
    TomlTable reader(root, "manifest", report_);
    reader.node("plugin");
    for (const toml::table* table : reader.tables("sampler"))
      plugin.samplers.push_back(sampler(*table));
    for (const toml::table* table : reader.tables("scheduler")) {
      plugin.schedulers.push_back(scheduler(*table));
    }
    for (const toml::table* table : reader.tables("guider")) plugin.guiders.push_back(guider(*table));
    for (const toml::table* table : reader.tables("noise")) plugin.noises.push_back(noise(*table));
    reader.finish();
    if (report_.size() > 0) return;
    if (auto wrong = problem(plugin); !wrong.empty()) {
      report_.add(root.get("plugin")->source(), "[plugin]: " + wrong);
    }
  }

 private:
  // Ends a table: unknown and missing keys, then, where all could be read, the rules.
  template <typename Description>
  void finish(TomlTable& reader, const Description& description, std::size_t before) {
    reader.finish();
    if (report_.size() > before) return;
    if (auto wrong = problem(description); !wrong.empty()) reader.report(wrong);
  }

  // What messages call a table that should have an id.
  static std::string called(const char* kind, const toml::table& table) {
    const auto id = table["id"].value<std::string>();
    return id ? sentence("{} {}", kind, quote(*id)) : "[[" + std::string(kind) + "]]";
  }

  SamplerDescription sampler(const toml::table& table) {
    const std::size_t before = report_.size();
    TomlTable reader(table, called("sampler", table), report_);
    SamplerDescription result;
    read_titles(reader, result);
    result.order = reader.count("order");
    result.noise = static_cast<NoiseKind>(reader.choice("noise", list_of(kNoiseNames)));
    read_traits(reader, "fits", kFits, result);
    read_traits(reader, "traits", kTraits, result);
    const auto calls = reader.counts("model_calls", 3);
    result.model_calls = calls[0];
    result.model_calls_second_last = calls[1];
    result.model_calls_last = calls[2];
    if (reader.node("inside") != nullptr) result.inside = reader.string("inside");
    result.params = params(reader);
    finish(reader, result, before);
    return result;
  }

  SchedulerDescription scheduler(const toml::table& table) {
    const std::size_t before = report_.size();
    TomlTable reader(table, called("scheduler", table), report_);
    SchedulerDescription result;
    read_titles(reader, result);
    result.params = params(reader);
    finish(reader, result, before);
    return result;
  }

  GuiderDescription guider(const toml::table& table) {
    const std::size_t before = report_.size();
    TomlTable reader(table, called("guider", table), report_);
    GuiderDescription result;
    read_titles(reader, result);
    result.stage = static_cast<GuiderStage>(reader.choice("stage", list_of(kStageNames)));
    read_traits(reader, "fits", kGuiderFits, result);
    read_traits(reader, "traits", kGuiderTraits, result);
    result.params = params(reader);
    finish(reader, result, before);
    return result;
  }

  NoiseDescription noise(const toml::table& table) {
    const std::size_t before = report_.size();
    TomlTable reader(table, called("noise", table), report_);
    NoiseDescription result;
    read_titles(reader, result);
    read_traits(reader, "traits", kNoiseTraits, result);
    result.params = params(reader);
    finish(reader, result, before);
    return result;
  }

  template <typename Description>
  void read_titles(TomlTable& reader, Description& result) {
    result.id = reader.string("id");
    result.title = reader.string("title");
    result.summary = reader.string("summary");
    result.source = reader.string("source");
  }

  template <typename Description, std::size_t N>
  void read_traits(TomlTable& reader, const char* key, const TraitOf<Description> (&traits)[N],
                   Description& result) {
    for (const TraitOf<Description>& trait : traits) result.*trait.member = false;
    for (const std::size_t i : reader.choices(key, names_of(traits))) result.*traits[i].member = true;
  }

  std::vector<ParamDescription> params(TomlTable& owner) {
    std::vector<ParamDescription> result;
    for (const toml::table* table : owner.tables("parameter")) {
      result.push_back(param(owner.what(), *table));
    }
    return result;
  }

  ParamDescription param(const std::string& owner, const toml::table& table) {
    const std::size_t before = report_.size();
    TomlTable reader(table, sentence("{}, {}", owner, called("parameter", table)), report_);
    ParamDescription result;
    result.id = reader.string("id");
    result.summary = reader.string("summary");
    result.type = static_cast<ParamType>(reader.choice("type", list_of(kParamTypeNames)));
    result.minimum = std::numeric_limits<double>::lowest();
    result.maximum = std::numeric_limits<double>::max();
    if (result.type == ParamType::choice) {
      result.choices = reader.strings("choices");
    } else if (result.type != ParamType::boolean) {
      result.minimum = reader.number("minimum").value_or(result.minimum);
      result.maximum = reader.number("maximum").value_or(result.maximum);
    }
    result.default_value = read_default(reader, result);
    normalise(result);
    finish(reader, result, before);
    return result;
  }

  TomlReport& report_;
};

toml::table parsed(std::string_view text, const std::filesystem::path& file) {
  if (text.size() > kLargestManifest) throw Error(Place{file.string()}, "is too large for a manifest");
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    throw Error(Place{file.string(), static_cast<int>(at.line), static_cast<int>(at.column)},
                std::string("is not TOML: ") + std::string(error.description()));
  }
}

}  // namespace

Manifest read_manifest(const std::filesystem::path& file) {
  const std::vector<std::byte> bytes = read_file(file);
  return parse_manifest({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file);
}

Manifest parse_manifest(std::string_view text, const std::filesystem::path& file) {
  const toml::table root = parsed(text, file);
  Manifest manifest;
  manifest.file = std::filesystem::absolute(file).lexically_normal();
  TomlReport report(file.string());
  ManifestReader reader(report);
  if (reader.read_plugin(root, manifest)) reader.read_parts(root, manifest.plugin);
  report.throw_if_any();
  manifest.library = manifest.file.parent_path() / manifest.library;
  return manifest;
}

}  // namespace ksampler
