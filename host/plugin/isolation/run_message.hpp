// A ks_run as a message; its functions, and those of its extensions, are calls back to the host.
#ifndef KSAMPLER_PLUGIN_ISOLATION_RUN_MESSAGE_HPP
#define KSAMPLER_PLUGIN_ISOLATION_RUN_MESSAGE_HPP

#include "host/plugin/isolation/model_message.hpp"
#include "host/plugin/isolation/remote_calls.hpp"
#include "host/plugin/isolation/task_message.hpp"

#include <ks/filter.h>
#include <ks/raw.h>
#include <ks/runs.h>

#include <string_view>
#include <vector>

namespace ksampler::isolation {

// The extensions of the host's run; null where it has none.
struct RunExtensions {
  const ks_expressions* expressions = nullptr;
  const ks_filters* filters = nullptr;
  const ks_runs* runs = nullptr;
};

inline RunExtensions put_run(Message& message, const ks_run& run) {
  const RunExtensions extensions = {
      static_cast<const ks_expressions*>(run.extension(&run, KS_EXPRESSIONS_1)),
      static_cast<const ks_filters*>(run.extension(&run, KS_FILTERS_1)),
      static_cast<const ks_runs*>(run.extension(&run, KS_RUNS_1))};
  message.put_list(std::span(run.sigmas, run.steps + std::size_t{1}));
  put_task(message, run.task);
  put_model(message, *run.model);
  message.put(static_cast<std::uint8_t>(extensions.expressions != nullptr));
  if (const ks_expressions* const expressions = extensions.expressions; expressions != nullptr) {
    message.put(expressions->items).put(expressions->channels);
    message.put(expressions->height).put(expressions->width);
  }
  message.put(static_cast<std::uint8_t>(extensions.filters != nullptr));
  message.put(static_cast<std::uint8_t>(extensions.runs != nullptr));
  return extensions;
}

// The run as the plugin in the child has it. `Host` is what its context points to: see Remote.
template <typename Host>
class RemoteRun {
 public:
  RemoteRun(Received& request, Host& host) : sigmas_(request.get_list<double>()), task_(request) {
    model_ = get_model(request, table_);
    model_.context = &host;
    set_remote_functions<Host>(model_);
    if (request.get<std::uint8_t>() != 0) {
      expressions_.size = sizeof expressions_;
      expressions_.items = request.get<std::uint32_t>();
      expressions_.channels = request.get<std::uint32_t>();
      expressions_.height = request.get<std::uint32_t>();
      expressions_.width = request.get<std::uint32_t>();
      set_remote_functions<Host>(expressions_);
    }
    if (request.get<std::uint8_t>() != 0) {
      filters_.size = sizeof filters_;
      set_remote_functions<Host>(filters_);
    }
    if (request.get<std::uint8_t>() != 0) {
      runs_.size = sizeof runs_;
      set_remote_functions<Host>(runs_);
    }
    tensors_.size = sizeof tensors_;
    set_remote_functions<Host>(tensors_);
    run_.abi.size = sizeof run_.abi;
    run_.abi.steps = static_cast<std::uint32_t>(sigmas_.size() - 1);
    run_.abi.sigmas = sigmas_.data();
    run_.abi.model = &model_;
    run_.abi.tensors = &tensors_;
    run_.abi.context = &host;
    run_.abi.task = task_.abi();
    set_remote_functions<Host>(run_.abi);
    run_.abi.extension = &extension;
    run_.owner = this;
  }
  RemoteRun(const RemoteRun&) = delete;
  RemoteRun& operator=(const RemoteRun&) = delete;

  const ks_run* abi() const { return &run_.abi; }

 private:
  // The run begins the structure, so that its owner is found from it: the context is the host's.
  struct Owned {
    ks_run abi{};
    RemoteRun* owner = nullptr;
  };

  static const void* extension(const ks_run* run, const char* id) {
    const RemoteRun& self = *reinterpret_cast<const Owned*>(run)->owner;
    const std::string_view wanted = id == nullptr ? "" : id;
    if (wanted == KS_EXPRESSIONS_1 && self.expressions_.size != 0) return &self.expressions_;
    if (wanted == KS_FILTERS_1 && self.filters_.size != 0) return &self.filters_;
    if (wanted == KS_RUNS_1 && self.runs_.size != 0) return &self.runs_;
    if (wanted == KS_RAW_1) {
      run->set_error(run, "it asked for the memory of tensors (" KS_RAW_1
                          "), which an isolated plugin cannot "
                          "have");
    }
    return nullptr;
  }

  std::vector<double> sigmas_;
  RemoteTask task_;
  std::vector<double> table_;
  ks_model_sampling model_{};
  ks_expressions expressions_{};
  ks_filters filters_{};
  ks_runs runs_{};
  ks_tensor_ops tensors_{};
  Owned run_;
};

}  // namespace ksampler::isolation

#endif
