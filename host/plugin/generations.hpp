// The generations of plugins: which are in use, which are still held, and what became of the others.
#ifndef KSAMPLER_PLUGIN_GENERATIONS_HPP
#define KSAMPLER_PLUGIN_GENERATIONS_HPP

#include "host/plugin/library.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ksampler {

// One loaded library of a plugin.
struct Generation {
  std::string plugin;
  std::string version;
  std::uint64_t number = 0;  // counts from 1, for each plugin
  std::string hash;          // of the library's file: 16 hexadecimal digits
  std::filesystem::path library;
  bool current = false;  // new runs get it
  bool isolated = false;
  // Samplers and schedulers that exist, and older snapshots that a run holds.
  long leases = 0;
};

// Generations of one plugin that nobody holds any more: each was deinited.
struct RetiredGenerations {
  std::string plugin;
  std::uint64_t unmapped = 0;  // their code is gone from memory, too
  std::uint64_t mapped = 0;    // their code stays, as unmapping it would not be safe
  std::string why_mapped;      // of the latest such one
};

// Thread rule: any thread.
class Generations {
 public:
  // The number that the next generation of a plugin gets.
  std::uint64_t next(const std::string& plugin) const;

  // A library is in use from now on, instead of the plugin's last. `why_mapped`: see unmapping.hpp;
  // empty where its code goes with the last lease.
  void publish(Generation generation, const std::shared_ptr<const Library>& library,
               const std::string& why_mapped);
  // A plugin has no generation in use any more.
  void remove(const std::string& plugin);

  // The number in use; 0: none.
  std::uint64_t current(const std::string& plugin) const;
  // By name and number. `owners`: how many hold the library of a current one without being a lease.
  std::vector<Generation> held(long owners);
  std::vector<RetiredGenerations> retired();

 private:
  struct Record {
    Generation generation;
    std::string why_mapped;
    std::weak_ptr<const Library> library;
  };
  void retire_closed();  // under the mutex

  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> numbers_;
  std::vector<Record> records_;
  std::map<std::string, RetiredGenerations> retired_;
};

}  // namespace ksampler

#endif
