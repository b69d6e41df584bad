#include "host/sampling/abi_run.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/plugin/calls.hpp"
#include "host/plugin/in_plugin.hpp"

#include <cmath>
#include <exception>

namespace ksampler {
namespace {

// The host's side of one run. The plugin holds `abi`, whose context points back here.
struct HostRun {
  ks_run abi{};
  TensorSpace space;
  const AbiRunSettings& settings;
  std::uint32_t steps;
  std::string error;          // the reason of the latest failure
  std::exception_ptr thrown;  // what the host's own code threw, to be thrown on
  bool first_step_done = false;
  std::uint64_t allocations_first = 0;
  std::uint32_t latest_step = 0;
  bool reported = false;  // any step
  std::uint64_t waits = 0;

  HostRun(const AbiRunSettings& settings_, const at::Tensor& prototype);

  static HostRun& of(const ks_run* run) { return *static_cast<HostRun*>(run->context); }

  ks_status fail(ks_status status, std::string message) {
    error = std::move(message);
    return status;
  }

  bool stopped() const { return settings.stop != nullptr && settings.stop->load(); }

  at::Tensor& tensor(const ks_tensor* handle, const char* what) {
    at::Tensor* found = space.find(handle);
    if (found == nullptr) {
      throw Error(std::string(what) + " is not a tensor of this run (null, released or foreign)");
    }
    return *found;
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

void check_sigma(double sigma, const char* function) {
  if (std::isfinite(sigma) && sigma >= 0) return;
  throw Error(sentence("{}: sigma is {:f}; expected a finite number, 0 or above", function, sigma));
}

// The functions of the ABI, by their names in the table of calls.
struct Calls {
  static ks_status create(const ks_run* run, ks_tensor** tensor) {
    HostRun& host = HostRun::of(run);
    if (tensor == nullptr) return host.fail(KS_INVALID_ARGUMENT, "create: no place for the tensor");
    return host.guarded([&] { *tensor = host.space.create(); });
  }

  static void release(const ks_run* run, ks_tensor* tensor) { HostRun::of(run).space.release(tensor); }

  static ks_status lincomb(const ks_run* run, ks_tensor* dst, std::uint32_t count,
                           const double* coefficients, ks_tensor* const* terms) {
    HostRun& host = HostRun::of(run);
    if (count > 0 && (coefficients == nullptr || terms == nullptr)) {
      return host.fail(KS_INVALID_ARGUMENT, "lincomb: terms without coefficients or tensors");
    }
    const InHost mark;
    return host.space.lincomb(dst, {coefficients, count}, {terms, count}, host.error);
  }

  static ks_status norm(const ks_run* run, const ks_tensor* tensor, double* result) {
    HostRun& host = HostRun::of(run);
    if (result == nullptr) return host.fail(KS_INVALID_ARGUMENT, "norm: no place for the result");
    ++host.waits;
    const InHost mark;
    return host.space.norm(tensor, *result, host.error);
  }

  static ks_status error_norm(const ks_run* run, const ks_tensor* low, const ks_tensor* high,
                              const ks_tensor* previous, double atol, double rtol, double* result) {
    HostRun& host = HostRun::of(run);
    if (result == nullptr) return host.fail(KS_INVALID_ARGUMENT, "error_norm: no place for the result");
    ++host.waits;
    const InHost mark;
    return host.space.error_norm(low, high, previous, atol, rtol, *result, host.error);
  }

  static ks_status denoise(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* denoised) {
    HostRun& host = HostRun::of(run);
    return host.guarded([&] {
      check_sigma(sigma, "denoise");
      if (x == denoised) throw Error("denoise: the result must not be x itself");
      host.settings.denoise(host.tensor(x, "denoise: x"), sigma,
                            host.tensor(denoised, "denoise: denoised"), nullptr);
    });
  }

  static ks_status denoise_split(const ks_run* run, const ks_tensor* x, double sigma,
                                 ks_tensor* denoised, ks_tensor* unconditional) {
    HostRun& host = HostRun::of(run);
    return host.guarded([&] {
      check_sigma(sigma, "denoise_split");
      if (!host.settings.allow_split) {
        throw Error(
            "denoise_split: the sampler does not declare that it needs the unconditional prediction");
      }
      if (x == denoised || x == unconditional || denoised == unconditional) {
        throw Error("denoise_split: x, denoised and unconditional must be three tensors");
      }
      host.settings.denoise(host.tensor(x, "denoise_split: x"), sigma,
                            host.tensor(denoised, "denoise_split: denoised"),
                            &host.tensor(unconditional, "denoise_split: unconditional"));
    });
  }

  static ks_status noise(const ks_run* run, double sigma, double sigma_next, ks_tensor* result) {
    HostRun& host = HostRun::of(run);
    return host.guarded([&] {
      if (host.settings.noise == nullptr) {
        throw Error(
            "noise was drawn, and the sampler declares that it needs none; its description has to say "
            "which kind: `.noise = ks::Noise::gaussian` in C++, `noise` of ks_sampler_info in C");
      }
      check_sigma(sigma, "noise");
      check_sigma(sigma_next, "noise");
      host.settings.noise->draw(host.tensor(result, "noise: the result"), sigma, sigma_next);
    });
  }

  static ks_status step(const ks_run* run, const ks_step* step) {
    HostRun& host = HostRun::of(run);
    return host.guarded([&] {
      if (step == nullptr) throw Error("step: no step given");
      // The first step runs from the beginning to the second report.
      if (step->index > 0 && !host.first_step_done) {
        host.first_step_done = true;
        host.allocations_first = host.space.allocations();
      }
      host.latest_step = step->index;
      host.reported = true;
      host.settings.step({step->index, host.steps, step->sigma, host.tensor(step->x, "step: x"),
                          host.tensor(step->denoised, "step: denoised")});
      if (host.stopped()) throw Stopped();
    });
  }

  static void set_error(const ks_run* run, const char* message) {
    HostRun& host = HostRun::of(run);
    try {
      host.error = message == nullptr ? "" : message;
    } catch (...) {  // out of memory: the status alone must do
    }
  }

  static const void* extension(const ks_run*, const char*) { return nullptr; }
};

constexpr ks_tensor_ops kOps = [] {
  ks_tensor_ops table{};
  table.size = sizeof table;
  calls::set_functions<Calls>(table);
  return table;
}();

HostRun::HostRun(const AbiRunSettings& settings_, const at::Tensor& prototype)
    : space(prototype),
      settings(settings_),
      steps(static_cast<std::uint32_t>(settings_.sigmas.size() - 1)) {
  abi.size = sizeof abi;
  abi.steps = steps;
  abi.sigmas = settings.sigmas.data();
  abi.model = settings.sampling->abi();
  abi.tensors = &kOps;
  abi.context = this;
  calls::set_functions<Calls>(abi);
  abi.extension = &Calls::extension;
}

}  // namespace

RunCounts run_sampler(ks_sampler* sampler, const AbiRunSettings& settings, at::Tensor& x) {
  HostRun host(settings, x);
  ks_tensor* handle = host.space.adopt(x);
  ks_status status = KS_ERROR;
  const InPlugin mark(settings.plugin);
  try {
    status = sampler->sample(sampler, &host.abi, handle);
  } catch (const std::exception& exception) {  // a C plugin cannot, a bad one does
    throw Error(
        sentence("sampler '{}' threw across the ABI: {}", settings.sampler_name, exception.what()));
  } catch (...) {
    throw Error(sentence("sampler '{}' threw an exception of an unknown type across the ABI",
                         settings.sampler_name));
  }
  if (status == KS_STOPPED || (status != KS_OK && host.stopped())) throw Stopped();
  if (status != KS_OK) {
    if (host.thrown) std::rethrow_exception(host.thrown);
    throw Error(
        sentence("sampler '{}' failed at step {} of {}: {}", settings.sampler_name,
                 host.latest_step + 1, host.steps,
                 host.error.empty() ? sentence("it gave no reason (status {})", status) : host.error));
  }
  // A sampler leaves out steps of no length, between equal sigmas. Where they are the last ones, the
  // run is at its end all the same. Nothing is denoised there: undefined.
  if (host.reported && host.latest_step + 1 < host.steps) {
    settings.step({host.steps - 1, host.steps, settings.sigmas.back(), x, at::Tensor()});
  }
  const std::uint64_t allocations = host.space.allocations();
  return {
      .allocations = allocations,
      .allocations_after_first_step = host.first_step_done ? allocations - host.allocations_first : 0,
      .waits = host.waits,
      .lincombs = host.space.lincomb_count(),
      .lincomb_bytes = host.space.lincomb_bytes()};
}

}  // namespace ksampler
