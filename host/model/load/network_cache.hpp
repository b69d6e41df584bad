// The one owner of the memory of networks: what was loaded, kept between the runs of a process while
// its file stays as it was and there is room. Who uses a network holds it; what nobody holds goes
// first, the longest unused before others. Thread rule: any thread; two that ask for one network load
// it once.
#ifndef KSAMPLER_MODEL_LOAD_NETWORK_CACHE_HPP
#define KSAMPLER_MODEL_LOAD_NETWORK_CACHE_HPP

#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace ksampler {

struct NetworkKey {
  std::filesystem::path file;
  std::string kind;          // what is made of the file ("unet Float cpu"), always as one type
  std::string variant = {};  // what was changed in it
  at::Device device = at::kCPU;
};

class NetworkCache {
 public:
  // What `load` made of this file, or makes now. `bytes`: how many it takes on the device.
  template <typename T>
  std::shared_ptr<const T> hold(const NetworkKey& key, std::uint64_t bytes,
                                const std::function<std::shared_ptr<const T>()>& load) {
    return std::static_pointer_cast<const T>(find(key, bytes, [&] { return load(); }));
  }

  // Lets go of all that nobody holds, for memory that is needed otherwise. Whether there was anything.
  bool let_go();

  // What networks may take on a device, in bytes; 0: default_network_memory(). More than that is held
  // only where runs hold it.
  void limit(std::uint64_t bytes);
  // What networks may take on a device.
  std::uint64_t room(at::Device device) const;

  // How much of the process may be resident, in bytes, all that is no network included: those on a CPU
  // that are loaded from now on have their weights come and go to stay below it. 0: no limit.
  void limit_process(std::uint64_t bytes);
  std::uint64_t process_limit() const;

  // What is kept for a device, held or not.
  std::uint64_t bytes(at::Device device) const;
  std::size_t size() const;

 private:
  using Anything = std::shared_ptr<const void>;
  struct Entry;
  using Entries = std::list<std::shared_ptr<Entry>>;

  Anything find(const NetworkKey& key, std::uint64_t bytes, const std::function<Anything()>& load);
  std::shared_ptr<Entry> entry_for(const NetworkKey& key);
  void make_room(at::Device device, std::uint64_t bytes);
  std::uint64_t bytes_on(at::Device device) const;
  std::uint64_t most_on(at::Device device) const;

  mutable std::mutex mutex_;
  Entries entries_;  // the latest first
  std::uint64_t limit_ = 0;
  std::uint64_t process_limit_ = 0;
};

// Three quarters of what the machine, its control group and `ulimit` let this process have, or nine
// tenths of a GPU's memory: the rest is for what is computed.
std::uint64_t default_network_memory(at::Device device);

}  // namespace ksampler

#endif
