#include "host/plugin/library.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/descriptors.hpp"
#include "host/plugin/elf.hpp"
#include "host/plugin/guard.hpp"
#include "host/plugin/host_services.hpp"
#include "host/plugin/in_plugin_while.hpp"
#include "host/plugin/private_library.hpp"
#include "host/plugin/read_file.hpp"
#include "host/plugin/rules.hpp"
#include "host/plugin/unmapping.hpp"

#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

// Where the kinds of object differ. size: what one from `create` must have, in the version of the ABI
// that it came with.
struct SamplerKind {
  using Object = ks_sampler;
  static constexpr const char* name = "sampler";
  static constexpr std::uint32_t size = 32;
  static bool callable(const Object& object) { return object.sample != nullptr; }
};
struct SchedulerKind {
  using Object = ks_scheduler;
  static constexpr const char* name = "scheduler";
  static constexpr std::uint32_t size = 32;
  static bool callable(const Object& object) { return object.schedule != nullptr; }
};
struct GuiderKind {
  using Object = ks_guider;
  static constexpr const char* name = "guider";
  static constexpr std::uint32_t size = 48;
  static bool callable(const Object& object) { return object.guide != nullptr; }
};

struct NoiseObject {
  using Object = ks_noise;
  static constexpr const char* name = "noise";
  static constexpr std::uint32_t size = 48;
  static bool callable(const Object& object) { return object.shape != nullptr; }
};

std::string status_text(ks_status status) {
  switch (status) {
    case KS_ERROR:
      return "KS_ERROR";
    case KS_STOPPED:
      return "KS_STOPPED";
    case KS_INVALID_ARGUMENT:
      return "KS_INVALID_ARGUMENT";
    case KS_OUT_OF_MEMORY:
      return "KS_OUT_OF_MEMORY";
    case KS_UNSUPPORTED:
      return "KS_UNSUPPORTED";
    default:
      return "status " + std::to_string(status);
  }
}

// Refuses what can be seen to be no plugin for this host, without running any code of it.
void check_before_loading(const std::string& file, std::span<const std::byte> bytes) {
  const ElfFile elf(file, bytes);
  const ElfSymbol* entry = elf.find_export(KS_PLUGIN_ENTRY_SYMBOL);
  if (entry == nullptr) {
    std::vector<std::string> names;
    for (const ElfSymbol& symbol : elf.exports()) names.push_back(printable(symbol.name, 60));
    const std::string found = names.empty() ? " (it exports nothing)"
                              : nearest(KS_PLUGIN_ENTRY_SYMBOL, names).empty()
                                  ? ""
                                  : suggestion(KS_PLUGIN_ENTRY_SYMBOL, names);
    throw Error(Place{file},
                "is not a ksampler plugin: it does not export " KS_PLUGIN_ENTRY_SYMBOL + found);
  }
  if (!entry->is_object || entry->size < offsetof(ks_plugin, name)) {
    throw Error(Place{file}, "exports a " KS_PLUGIN_ENTRY_SYMBOL " that is not of type ks_plugin");
  }
  // The version is plain data. Where the file does not hold it, it is checked once loaded.
  const auto head = elf.contents(entry->address, offsetof(ks_plugin, name));
  if (head.empty()) return;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::memcpy(&major, head.data() + offsetof(ks_plugin, abi_major), sizeof major);
  std::memcpy(&minor, head.data() + offsetof(ks_plugin, abi_minor), sizeof minor);
  if (const std::string problem = abi_problem(major, minor); !problem.empty()) {
    throw Error(Place{file}, "is " + problem);
  }
  if (entry->size < sizeof(ks_plugin)) {
    throw Error(Place{file},
                sentence("exports a " KS_PLUGIN_ENTRY_SYMBOL " of {} bytes; ks_plugin has {}",
                         entry->size, sizeof(ks_plugin)));
  }
}

// A library in memory. What it does while it is loaded and unloaded (its constructors, its destructors)
// is code of the plugin, too. One whose code stays runs its destructors when the program ends.
class MappedCode {
 public:
  MappedCode() = default;
  ~MappedCode() {
    const InPluginWhile mark(plugin_, " while it was unloaded");
    library_.unload();
  }
  MappedCode(const MappedCode&) = delete;
  MappedCode& operator=(const MappedCode&) = delete;

  template <typename Load>
  void load(const std::string& plugin, Load&& load) {
    plugin_ = plugin;
    const InPluginWhile mark(plugin_, " while it was loaded");
    library_ = std::forward<Load>(load)();
  }
  const ks_plugin& entry() const { return library_.get<const ks_plugin>(KS_PLUGIN_ENTRY_SYMBOL); }

 private:
  std::string plugin_;
  boost::dll::shared_library library_;
};

class LoadedLibrary final : public Library {
 public:
  // `copy`: where a private copy lies already; empty to make one. Without a `mapping`, the code goes
  // where its file shows nothing that speaks against it.
  LoadedLibrary(const std::filesystem::path& file, const std::filesystem::path& copy, LogSink log,
                std::optional<Mapping> mapping)
      : file_(file), name_(file.string()), host_(std::move(log)) {
    const std::vector<std::byte> bytes = read_file(copy.empty() ? file : copy);
    check_before_loading(name_, bytes);
    if (!mapping) {
      mapping = why_mapped(ElfFile(name_, bytes)).empty() ? Mapping::goes : Mapping::stays;
    }
    // What it calls itself is not known yet. Most are called as their files.
    library_.load(file.stem().string(), [&] {
      return copy.empty() ? load_private(file, bytes, *mapping) : load_in_place(copy, file, *mapping);
    });
    entry_ = &library_.entry();
    description_ = read_entry(name_, *entry_);
    host_.set_name(description_.name);
  }

  // Of one that is linked into the program.
  LoadedLibrary(const ks_plugin& entry, LogSink log)
      : name_("the plugin that is linked in"), host_(std::move(log)), entry_(&entry) {
    if (entry.size < sizeof(ks_plugin)) {
      throw Error(sentence("{} has an entry of {} bytes; ks_plugin has {}", name_, entry.size,
                           sizeof(ks_plugin)));
    }
    if (const std::string problem = abi_problem(entry.abi_major, entry.abi_minor); !problem.empty()) {
      throw Error(sentence("{} is {}", name_, problem));
    }
    description_ = read_entry(name_, entry);
    name_ = "the linked-in plugin " + quote(description_.name);
    host_.set_name(description_.name);
  }

  // Apart from the constructor, so that `deinit` follows an `init` whatever fails after it.
  void start() {
    const InPluginWhile mark(description_.name, " while it was loaded");
    if (entry_->init != nullptr) {
      std::string failure;
      if (!called(failure, [this] { return entry_->init(host_.abi()); })) {
        throw Error(Diagnostic::Kind::plugin, Place{name_}, "init " + failure);
      }
    }
    started_ = true;
    factories_ = read_factories(name_, *entry_);
    read_descriptors(name_, factories_, description_);
  }

  ~LoadedLibrary() override {
    const InPluginWhile mark(description_.name, " while it was unloaded");
    std::string ignored;
    if (started_ && entry_->deinit != nullptr) guarded(ignored, entry_->deinit);
  }

  const std::filesystem::path& file() const override { return file_; }
  const PluginDescription& description() const override { return description_; }

  SamplerInstance make_sampler(const std::string& id,
                               std::span<const ParamValue> values) const override {
    return make<SamplerKind>(description_.samplers, factories_.samplers, id, values);
  }
  SchedulerInstance make_scheduler(const std::string& id,
                                   std::span<const ParamValue> values) const override {
    return make<SchedulerKind>(description_.schedulers, factories_.schedulers, id, values);
  }
  GuiderInstance make_guider(const std::string& id, std::span<const ParamValue> values) const override {
    return make<GuiderKind>(description_.guiders, factories_.guiders, id, values);
  }
  NoiseInstance make_noise(const std::string& id, std::span<const ParamValue> values) const override {
    return make<NoiseObject>(description_.noises, factories_.noises, id, values);
  }

 private:
  // Calls into the plugin; false where it failed, with a sentence that continues "init ...".
  template <typename Call>
  bool called(std::string& failure, Call&& call) const {
    ks_status status = KS_OK;
    host_.take_message();  // of an earlier call that succeeded
    if (!guarded(failure, [&] { status = call(); })) return false;
    const std::string message = host_.take_message();
    if (status == KS_OK) return true;
    failure = "failed: " + (message.empty() ? status_text(status) + ", without a message" : message);
    return false;
  }

  template <typename Kind, typename Description, typename Factory>
  Leased<typename Kind::Object> make(const std::vector<Description>& descriptions,
                                     const Factory* factory, const std::string& id,
                                     std::span<const ParamValue> values) const {
    const std::uint32_t index = index_of(descriptions, id, Kind::name);
    const std::string what = sentence("{} {}", Kind::name, quote(id));
    const auto fail = [&](const std::string& message) {
      throw Error(Diagnostic::Kind::plugin, Place{name_}, sentence("{} {}", what, message));
    };
    const std::vector<ks_value> converted = abi_values(descriptions[index].params, values, what);
    const InPlugin mark(description_.name);
    typename Kind::Object* object = nullptr;
    std::string failure;
    if (!called(failure, [&] {
          return factory->create(host_.abi(), index, converted.data(),
                                 static_cast<std::uint32_t>(converted.size()), &object);
        })) {
      fail("cannot be created: it " + failure);
    }
    if (object == nullptr) fail("was not created: create said KS_OK and gave null");
    if (object->size < Kind::size || object->destroy == nullptr || !Kind::callable(*object)) {
      fail("is malformed: its object is too small or lacks a function");
    }
    return {shared_from_this(), object};
  }

  template <typename Description>
  std::uint32_t index_of(const std::vector<Description>& descriptions, const std::string& id,
                         const char* kind) const {
    std::vector<std::string> ids;
    for (const Description& description : descriptions) {
      if (description.id == id) return static_cast<std::uint32_t>(ids.size());
      ids.push_back(description.id);
    }
    throw Error(Place{name_}, sentence("has no {} {}{}", kind, quote(id), suggestion(id, ids)));
  }

  // The values as the ABI passes them; they refer to `values`.
  std::vector<ks_value> abi_values(const std::vector<ParamDescription>& params,
                                   std::span<const ParamValue> values, const std::string& what) const {
    if (params.size() != values.size()) {
      throw Error(Place{name_}, sentence("{} takes {} parameters, and {} are given", what,
                                         params.size(), values.size()));
    }
    std::vector<ks_value> result;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (const std::string problem = value_problem(params[i], values[i]); !problem.empty()) {
        throw Error(Place{name_}, sentence("{}: parameter {} {}", what, quote(params[i].id), problem));
      }
      const auto* list = std::get_if<std::vector<double>>(&values[i]);
      result.push_back(list == nullptr ? ks_value{std::get<double>(values[i]), nullptr, 0}
                                       : ks_value{0, list->data(), list->size()});
    }
    return result;
  }

  std::filesystem::path file_;
  std::string name_;  // of the file, for messages
  mutable HostServices host_;
  MappedCode library_;
  const ks_plugin* entry_ = nullptr;
  bool started_ = false;
  Factories factories_;
  PluginDescription description_;
};

}  // namespace

std::shared_ptr<const Library> Library::open(const std::filesystem::path& file, LogSink log) {
  const std::filesystem::path no_copy;
  const auto library = std::make_shared<LoadedLibrary>(file, no_copy, std::move(log), std::nullopt);
  library->start();
  return library;
}

std::shared_ptr<const Library> Library::of_entry(const ks_plugin& entry, LogSink log) {
  const auto library = std::make_shared<LoadedLibrary>(entry, std::move(log));
  library->start();
  return library;
}

std::shared_ptr<const Library> Library::open_copy(const std::filesystem::path& copy,
                                                  const std::filesystem::path& file, LogSink log,
                                                  bool unmaps) {
  const auto library = std::make_shared<LoadedLibrary>(file, copy, std::move(log),
                                                       unmaps ? Mapping::goes : Mapping::stays);
  library->start();
  return library;
}

}  // namespace ksampler
