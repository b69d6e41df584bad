// The ks_host that a plugin is given: takes its messages and its log.
#ifndef KSAMPLER_PLUGIN_HOST_SERVICES_HPP
#define KSAMPLER_PLUGIN_HOST_SERVICES_HPP

#include "host/plugin/library.hpp"

#include <ks/ks.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace ksampler {

// One for each library; stays where it is, as the plugin keeps its address. Thread rule: any thread.
class HostServices {
 public:
  explicit HostServices(LogSink log);
  HostServices(const HostServices&) = delete;
  HostServices& operator=(const HostServices&) = delete;

  const ks_host* abi() const { return &host_; }

  // The plugin that lines of the log are from.
  void set_name(std::string name) { name_ = std::move(name); }

  // The message that this thread's last call into the plugin left, if any; forgets it.
  std::string take_message();

 private:
  static void set_error(const ks_host* host, const char* message) noexcept;
  static void log(const ks_host* host, std::uint32_t level, const char* message) noexcept;
  static const void* extension(const ks_host* host, const char* id) noexcept;

  ks_host host_;
  LogSink log_;
  std::string name_;
  std::mutex mutex_;
  std::map<std::thread::id, std::string> messages_;  // of calls that have not returned yet
};

}  // namespace ksampler

#endif
