// A ks_task as a message.
#ifndef KSAMPLER_PLUGIN_ISOLATION_TASK_MESSAGE_HPP
#define KSAMPLER_PLUGIN_ISOLATION_TASK_MESSAGE_HPP

#include "host/plugin/isolation/wire.hpp"
#include "host/plugin/unknown_task.hpp"

#include <ks/task.h>

#include <string>

namespace ksampler::isolation {

// Null, as of a run that a host of 1.0 has made: nothing is known.
inline void put_task(Message& message, const ks_task* given) {
  const ks_task& task = given == nullptr ? kUnknownTask : *given;
  message.put(task.items).put(task.channels).put(task.height).put(task.width).put(task.cfg);
  message.put_text(task.family);
}

// As the plugin in the child has it.
class RemoteTask {
 public:
  explicit RemoteTask(Received& message) {
    task_.size = sizeof task_;
    task_.items = message.get<std::uint32_t>();
    task_.channels = message.get<std::uint32_t>();
    task_.height = message.get<std::uint32_t>();
    task_.width = message.get<std::uint32_t>();
    task_.cfg = message.get<double>();
    family_ = message.get_text();
    task_.family = family_.c_str();
  }
  RemoteTask(const RemoteTask&) = delete;
  RemoteTask& operator=(const RemoteTask&) = delete;

  const ks_task* abi() const { return &task_; }

 private:
  ks_task task_{};
  std::string family_;
};

}  // namespace ksampler::isolation

#endif
