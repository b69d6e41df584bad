// A loaded plugin. Everything made from it holds a lease, so that code is never unloaded under what
// came from it. Thread rule: any thread.
#ifndef KSAMPLER_PLUGIN_LIBRARY_HPP
#define KSAMPLER_PLUGIN_LIBRARY_HPP

#include "host/plugin/description.hpp"
#include "host/plugin/in_plugin.hpp"

#include <ks/ks.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace ksampler {

class Library;

// A ks_sampler, ks_scheduler, ks_guider or ks_noise with its lease. Moves only.
template <typename Object>
class Leased {
 public:
  Leased(std::shared_ptr<const Library> library, Object* object)
      : library_(std::move(library)), object_(object) {}
  Leased(Leased&& other) noexcept
      : library_(std::move(other.library_)), object_(std::exchange(other.object_, nullptr)) {}
  Leased& operator=(Leased&&) = delete;
  ~Leased() {
    if (object_ == nullptr) return;
    const std::string name = plugin_in_process();
    const InPlugin mark(name);
    try {
      object_->destroy(object_);
    } catch (...) {  // a bad plugin's; there is nobody to tell
    }
  }
  Object* get() const { return object_; }
  Object* operator->() const { return object_; }

  // The name of the plugin that it is of, where that runs in this process; else nothing.
  std::string plugin_in_process() const;

 private:
  std::shared_ptr<const Library> library_;  // before, and so freed after, what came from it
  Object* object_;
};

using SamplerInstance = Leased<ks_sampler>;
using SchedulerInstance = Leased<ks_scheduler>;
using GuiderInstance = Leased<ks_guider>;
using NoiseInstance = Leased<ks_noise>;

// Takes a line that a plugin logs: its KS_LOG_... level, the plugin's name, the line. Called from any
// thread.
using LogSink =
    std::function<void(std::uint32_t level, std::string_view plugin, std::string_view line)>;

class Library : public std::enable_shared_from_this<Library> {
 public:
  // Loads a private copy of a library, checks entry and version, calls init and reads its descriptors.
  // Without a `log`, what the plugin logs is dropped. Throws Error that names the file and says what is
  // wrong with it.
  static std::shared_ptr<const Library> open(const std::filesystem::path& file, LogSink log = {});
  // The same of `copy`, which is a private copy of `file` already. `unmaps`: its code goes with the
  // last lease; else it stays mapped until the process ends. See unmapping.hpp.
  static std::shared_ptr<const Library> open_copy(const std::filesystem::path& copy,
                                                  const std::filesystem::path& file, LogSink log = {},
                                                  bool unmaps = false);
  // A plugin that is linked into the program: its entry, which lives until the process ends. Throws
  // Error.
  static std::shared_ptr<const Library> of_entry(const ks_plugin& entry, LogSink log = {});
  virtual ~Library() = default;

  // Empty, where it is linked into the program.
  virtual const std::filesystem::path& file() const = 0;
  virtual const PluginDescription& description() const = 0;
  // Whether its code runs in this process.
  virtual bool in_process() const { return true; }

  // A sampler by id, one value for each declared parameter, in that order. Throws Error: unknown id, a
  // value outside its range, or the plugin's message.
  virtual SamplerInstance make_sampler(const std::string& id,
                                       std::span<const ParamValue> values) const = 0;
  virtual SchedulerInstance make_scheduler(const std::string& id,
                                           std::span<const ParamValue> values) const = 0;
  virtual GuiderInstance make_guider(const std::string& id,
                                     std::span<const ParamValue> values) const = 0;
  virtual NoiseInstance make_noise(const std::string& id, std::span<const ParamValue> values) const = 0;
};

template <typename Object>
std::string Leased<Object>::plugin_in_process() const {
  const bool here = library_ != nullptr && library_->in_process();
  return here ? library_->description().name : std::string();
}

}  // namespace ksampler

#endif
