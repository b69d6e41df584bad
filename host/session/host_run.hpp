// The host's side of a run: what the functions of ks_run, its tensors and its extensions come back to.
// The runs of a sampler, a guider and a noise source differ in what the settings let them ask.
#ifndef KSAMPLER_SESSION_HOST_RUN_HPP
#define KSAMPLER_SESSION_HOST_RUN_HPP

#include "host/base/error.hpp"
#include "host/plugin/in_plugin.hpp"
#include "host/session/abi_run.hpp"
#include "host/session/space.hpp"

#include <ks/ks.h>

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

namespace ksampler {

// What a plugin's call failed by that gave this status.
inline Diagnostic::Kind kind_of_failure(ks_status status) {
  return status == KS_OUT_OF_MEMORY ? Diagnostic::Kind::out_of_memory : Diagnostic::Kind::plugin;
}

// The plugin holds `abi`, whose context points back here.
struct HostRun {
  ks_run abi{};
  ks_expressions expressions{};
  ks_filters filters{};
  ks_runs runs{};
  ks_raw raw{};
  ks_task task{};
  Space& space;
  const AbiRunSettings& settings;
  std::uint32_t steps;
  std::string error;          // the reason of the latest failure
  std::exception_ptr thrown;  // what the host's own code threw, to be thrown on
  bool first_step_done = false;
  std::uint64_t allocations_first = 0;
  std::uint32_t latest_step = 0;
  bool reported = false;  // any step
  std::uint64_t waits = 0;

  HostRun(const AbiRunSettings& settings_, Space& space_);

  static HostRun& of(const ks_run* run) { return *static_cast<HostRun*>(run->context); }

  ks_status fail(ks_status status, std::string message) {
    error = std::move(message);
    return status;
  }

  bool stopped() const { return settings.stop != nullptr && settings.stop->load(); }

  RunTensor& tensor(const ks_tensor* handle, const char* what) {
    RunTensor* found = space.find(handle);
    if (found == nullptr) {
      throw Error(Diagnostic::Kind::plugin,
                  std::string(what) + " is not a tensor of this run (null, released or foreign)");
    }
    return *found;
  }
  // Of any height and width.
  RunTensor& sized_tensor(const ks_tensor* handle, const char* what) {
    RunTensor* found = space.find_sized(handle);
    return found != nullptr ? *found : tensor(handle, what);
  }

  // Runs the host's own code for the plugin: what it throws becomes a status.
  template <typename Body>
  ks_status guarded(Body&& body) noexcept {
    const InHost mark;
    try {
      if (stopped()) return KS_STOPPED;
      body();
      return KS_OK;
    } catch (const Stopped&) {
      return KS_STOPPED;
    } catch (const std::exception& exception) {
      thrown = std::current_exception();
      error = exception.what();
      return KS_ERROR;
    }
  }
};

}  // namespace ksampler

#endif
