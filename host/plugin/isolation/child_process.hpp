// A process of ksampler-isolate, for as long as the object lives.
#ifndef KSAMPLER_PLUGIN_ISOLATION_CHILD_PROCESS_HPP
#define KSAMPLER_PLUGIN_ISOLATION_CHILD_PROCESS_HPP

#include "host/plugin/isolation/wire.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <sys/types.h>

namespace ksampler::isolation {

class ChildProcess {
 public:
  // `task`: what else it is told, such as "self-test"; see child_main.cpp. Throws Error where it cannot
  // be started.
  ChildProcess(const std::filesystem::path& program, const std::filesystem::path& copy,
               const std::filesystem::path& file, const std::string& task = {});
  // Ends it: kindly, then by force.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  Channel& channel() { return *channel_; }

  // Ends it by force.
  void end() { status(); }

  // How it ended, after its end of the socket was closed: "was killed by signal 11 (Segmentation
  // fault)", "ended with exit code 3", "closed its connection".
  std::string how_it_ended();

 private:
  // Waits a moment for it to end; its status stays to be read.
  bool ended();
  int status();  // ends it by force where it lives, and reads its status

  pid_t id_ = -1;  // -1: ended
  std::unique_ptr<Channel> channel_;
};

}  // namespace ksampler::isolation

#endif
