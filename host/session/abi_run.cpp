#include "host/session/abi_run.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/plugin/in_plugin.hpp"
#include "host/session/host_run.hpp"

#include <exception>

namespace ksampler {

RunCounts run_sampler(ks_sampler* sampler, const AbiRunSettings& settings, Space& space,
                      const RunTensor& x) {
  HostRun host(settings, space);
  ks_tensor* handle = space.adopt(x);
  ks_status status = KS_ERROR;
  const InPlugin mark(settings.plugin);
  try {
    status = sampler->sample(sampler, &host.abi, handle);
  } catch (const std::exception& exception) {  // a C plugin cannot, a bad one does
    throw Error(Diagnostic::Kind::plugin, sentence("sampler '{}' threw across the ABI: {}",
                                                   settings.sampler_name, exception.what()));
  } catch (...) {
    throw Error(Diagnostic::Kind::plugin,
                sentence("sampler '{}' threw an exception of an unknown type across the ABI",
                         settings.sampler_name));
  }
  if (status == KS_STOPPED || (status != KS_OK && host.stopped())) throw Stopped();
  if (status != KS_OK) {
    if (host.thrown) std::rethrow_exception(host.thrown);
    throw Error(
        kind_of_failure(status),
        sentence("sampler '{}' failed at step {} of {}: {}", settings.sampler_name,
                 host.latest_step + 1, host.steps,
                 host.error.empty() ? sentence("it gave no reason (status {})", status) : host.error));
  }
  // A sampler leaves out steps of no length, between equal sigmas. Where they are the last ones, the
  // run is at its end all the same. Nothing is denoised there: undefined.
  if (host.reported && host.latest_step + 1 < host.steps) {
    settings.step({host.steps - 1, host.steps, settings.sigmas.back(), x, nullptr});
  }
  const std::uint64_t allocations = space.allocations();
  return {
      .allocations = allocations,
      .allocations_after_first_step = host.first_step_done ? allocations - host.allocations_first : 0,
      .waits = host.waits,
      .lincombs = space.lincomb_count(),
      .lincomb_bytes = space.lincomb_bytes()};
}

}  // namespace ksampler
