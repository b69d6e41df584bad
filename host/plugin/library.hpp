// A loaded plugin. Everything made from it holds a lease, so that code is never unloaded under what
// came from it. Thread rule: any thread.
#ifndef KSAMPLER_PLUGIN_LIBRARY_HPP
#define KSAMPLER_PLUGIN_LIBRARY_HPP

#include "host/plugin/description.hpp"

#include <ks/ks.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace ksampler {

class Library;

// A ks_sampler or ks_scheduler with its lease. Moves only.
template <typename Object>
class Leased {
 public:
  Leased(std::shared_ptr<const Library> library, Object* object)
      : library_(std::move(library)), object_(object) {}
  Leased(Leased&& other) noexcept
      : library_(std::move(other.library_)), object_(std::exchange(other.object_, nullptr)) {}
  Leased& operator=(Leased&&) = delete;
  ~Leased() {
    if (object_ != nullptr) object_->destroy(object_);
  }
  Object* get() const { return object_; }
  Object* operator->() const { return object_; }

 private:
  std::shared_ptr<const Library> library_;  // before, and so freed after, what came from it
  Object* object_;
};

using SamplerInstance = Leased<ks_sampler>;
using SchedulerInstance = Leased<ks_scheduler>;

class Library : public std::enable_shared_from_this<Library> {
 public:
  // Loads a library, checks entry and version, calls init and reads its descriptors. Throws Error that
  // names the file and says what is wrong with it.
  static std::shared_ptr<const Library> open(const std::filesystem::path& file);
  virtual ~Library() = default;

  virtual const std::filesystem::path& file() const = 0;
  virtual const PluginDescription& description() const = 0;

  // A sampler by id, one value for each declared parameter. Throws Error with the plugin's message.
  virtual SamplerInstance make_sampler(const std::string& id,
                                       std::span<const ParamValue> values) const = 0;
  virtual SchedulerInstance make_scheduler(const std::string& id,
                                           std::span<const ParamValue> values) const = 0;
};

}  // namespace ksampler

#endif
