#include "host/session/host_run.hpp"

#include "host/base/sentence.hpp"
#include "host/plugin/calls.hpp"
#include "host/plugin/formula_check.hpp"

#include <cmath>
#include <string_view>
#include <vector>

namespace ksampler {
namespace {

// Of one height and width.
void check_one_size(const RunTensor& x, const RunTensor& other, const char* function) {
  if (x.is_of_size_of(other)) return;
  throw Error(Diagnostic::Kind::plugin,
              sentence("{}: a tensor of {} x {} cells with one of {} x {}", function, x.height, x.width,
                       other.height, other.width));
}

void check_sigma(double sigma, const char* function) {
  if (std::isfinite(sigma) && sigma >= 0) return;
  throw Error(Diagnostic::Kind::plugin,
              sentence("{}: sigma is {:f}; expected a finite number, 0 or above", function, sigma));
}

// Of what is a sampler's alone.
ks_status not_theirs(HostRun& host, const char* function) {
  return host.fail(
      KS_UNSUPPORTED,
      sentence("{} is a sampler's: {}", function,
               host.settings.asker == Asker::guider
                   ? "a guider works with the predictions that it is given"
                   : "a noise source works with the noise that it is given, and draws more by noise"));
}

bool is_samplers(const HostRun& host) { return host.settings.asker == Asker::sampler; }

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
    if (!is_samplers(host)) return not_theirs(host, "denoise");
    return host.guarded([&] {
      check_sigma(sigma, "denoise");
      if (x == denoised)
        throw Error(Diagnostic::Kind::plugin, "denoise: the result must not be x itself");
      const RunTensor& noisy = host.sized_tensor(x, "denoise: x");
      const RunTensor& result = host.sized_tensor(denoised, "denoise: denoised");
      check_one_size(noisy, result, "denoise");
      host.settings.denoise(noisy, sigma, result, nullptr);
    });
  }

  static ks_status denoise_split(const ks_run* run, const ks_tensor* x, double sigma,
                                 ks_tensor* denoised, ks_tensor* unconditional) {
    HostRun& host = HostRun::of(run);
    if (!is_samplers(host)) return not_theirs(host, "denoise_split");
    return host.guarded([&] {
      check_sigma(sigma, "denoise_split");
      if (!host.settings.allow_split) {
        throw Error(
            Diagnostic::Kind::plugin,
            "denoise_split: the sampler does not declare that it needs the unconditional prediction");
      }
      if (x == denoised || x == unconditional || denoised == unconditional) {
        throw Error(Diagnostic::Kind::plugin,
                    "denoise_split: x, denoised and unconditional must be three tensors");
      }
      const RunTensor& noisy = host.sized_tensor(x, "denoise_split: x");
      const RunTensor& result = host.sized_tensor(denoised, "denoise_split: denoised");
      const RunTensor& second = host.sized_tensor(unconditional, "denoise_split: unconditional");
      check_one_size(noisy, result, "denoise_split");
      check_one_size(noisy, second, "denoise_split");
      host.settings.denoise(noisy, sigma, result, &second);
    });
  }

  static ks_status noise(const ks_run* run, double sigma, double sigma_next, ks_tensor* result) {
    HostRun& host = HostRun::of(run);
    if (host.settings.asker == Asker::guider) return not_theirs(host, "noise");
    return host.guarded([&] {
      if (host.settings.noise == nullptr) {
        throw Error(
            Diagnostic::Kind::plugin,
            "noise was drawn, and the sampler declares that it needs none; its description has to say "
            "which kind: `.noise = ks::Noise::gaussian` in C++, `noise` of ks_sampler_info in C");
      }
      check_sigma(sigma, "noise");
      check_sigma(sigma_next, "noise");
      host.settings.noise->draw(host.space.memory(), host.tensor(result, "noise: the result"), sigma,
                                sigma_next);
    });
  }

  static ks_status step(const ks_run* run, const ks_step* step) {
    HostRun& host = HostRun::of(run);
    if (!is_samplers(host)) return not_theirs(host, "step");
    return host.guarded([&] {
      if (step == nullptr) throw Error(Diagnostic::Kind::plugin, "step: no step given");
      // The first step runs from the beginning to the second report.
      if (step->index > 0 && !host.first_step_done) {
        host.first_step_done = true;
        host.allocations_first = host.space.allocations();
      }
      host.latest_step = step->index;
      host.reported = true;
      host.settings.step({step->index, host.steps, step->sigma, host.sized_tensor(step->x, "step: x"),
                          &host.sized_tensor(step->denoised, "step: denoised")});
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

  static const void* extension(const ks_run* run, const char* id) {
    const HostRun& host = HostRun::of(run);
    const std::string_view wanted = id == nullptr ? "" : id;
    const bool complete = host.space.memory().is_complete();
    if (wanted == KS_EXPRESSIONS_1) return complete ? &host.expressions : nullptr;
    if (wanted == KS_FILTERS_1) return complete ? &host.filters : nullptr;
    if (wanted == KS_RUNS_1 && is_samplers(host)) return &host.runs;
    if (wanted == KS_RAW_1) return &host.raw;
    return nullptr;
  }
};

// Those of ks_expressions.
struct ExpressionCalls {
  static ks_status create(const ks_run* run, std::uint32_t shape, ks_tensor** tensor) {
    HostRun& host = HostRun::of(run);
    if (tensor == nullptr) return host.fail(KS_INVALID_ARGUMENT, "create: no place for the tensor");
    if (name_of_shape(shape) == nullptr) {
      return host.fail(KS_INVALID_ARGUMENT, sentence("create: {} is no shape", shape));
    }
    return host.guarded([&] { *tensor = host.space.create(shape); });
  }

  static ks_status map(const ks_run* run, ks_tensor* dst, const ks_expression* expression) {
    return checked(run, "map", expression,
                   [&](HostRun& host) { return host.space.map(dst, *expression, host.error); });
  }

  static ks_status reduce(const ks_run* run, ks_tensor* dst, std::uint32_t reduction,
                          const ks_expression* expression) {
    return checked(run, "reduce", expression, [&](HostRun& host) {
      return host.space.reduce(dst, reduction, *expression, host.error);
    });
  }

  static ks_status quantile(const ks_run* run, ks_tensor* dst, const ks_tensor* tensor, double q) {
    HostRun& host = HostRun::of(run);
    const InHost mark;
    return host.space.quantile(dst, tensor, q, host.error);
  }

 private:
  template <typename Body>
  static ks_status checked(const ks_run* run, const char* function, const ks_expression* expression,
                           const Body& body) {
    HostRun& host = HostRun::of(run);
    const InHost mark;
    if (std::string problem = formula_problem(function, expression); !problem.empty()) {
      return host.fail(KS_INVALID_ARGUMENT, std::move(problem));
    }
    return body(host);
  }
};

// Those of ks_filters.
struct FilterCalls {
  static ks_status fill(const ks_run* run, ks_tensor* dst, const double* numbers, std::uint32_t count) {
    return in_host(run, [&](HostRun& host) {
      return host.space.fill(dst, {numbers, numbers == nullptr ? 0 : count}, host.error);
    });
  }
  static ks_status fourier(const ks_run* run, ks_tensor* dst, const ks_tensor* src,
                           const ks_tensor* gains, std::uint32_t transform) {
    return in_host(
        run, [&](HostRun& host) { return host.space.fourier(dst, src, gains, transform, host.error); });
  }
  static ks_status blur(const ks_run* run, ks_tensor* dst, const ks_tensor* src, double sigma) {
    return in_host(run, [&](HostRun& host) { return host.space.blur(dst, src, sigma, host.error); });
  }
  static ks_status coarse(const ks_run* run, ks_tensor* dst, const ks_tensor* src, std::uint32_t height,
                          std::uint32_t width) {
    return in_host(
        run, [&](HostRun& host) { return host.space.coarse(dst, src, height, width, host.error); });
  }

 private:
  template <typename Body>
  static ks_status in_host(const ks_run* run, const Body& body) {
    const InHost mark;
    return body(HostRun::of(run));
  }
};

// Those of ks_runs.
struct RunsCalls {
  static ks_status sample(const ks_run* run, ks_tensor* x, const double* sigmas, std::uint32_t count,
                          std::uint32_t step, std::uint32_t steps) {
    HostRun& host = HostRun::of(run);
    if (!host.settings.inside) {
      return host.fail(
          KS_UNSUPPORTED,
          "sample: there is no sampler inside of this one; its description has to name one: "
          "`.inside = \"euler\"` in C++, `inside` of ks_sampler_info in C");
    }
    if (sigmas == nullptr || count < 2) {
      return host.fail(KS_INVALID_ARGUMENT, sentence("sample: {} sigmas; expected 2 or more",
                                                     sigmas == nullptr ? 0 : count));
    }
    return host.guarded([&] {
      std::vector<double> levels;
      for (std::uint32_t i = 0; i < count; ++i) {
        check_sigma(sigmas[i], "sample");
        levels.push_back(static_cast<float>(sigmas[i]));
      }
      host.settings.inside(host.sized_tensor(x, "sample: x"), levels, step, steps);
    });
  }

  static ks_status create(const ks_run* run, std::uint32_t height, std::uint32_t width,
                          ks_tensor** tensor) {
    HostRun& host = HostRun::of(run);
    if (tensor == nullptr) return host.fail(KS_INVALID_ARGUMENT, "create: no place for the tensor");
    constexpr std::uint32_t kMost = 4096;
    if (host.task.height == 0) {
      return host.fail(KS_UNSUPPORTED, "create: the latent has no height and width");
    }
    if (height < 1 || width < 1 || height > kMost || width > kMost) {
      return host.fail(KS_INVALID_ARGUMENT, sentence("create: {} x {} cells; expected 1 to {} a side",
                                                     height, width, kMost));
    }
    return host.guarded([&] { *tensor = host.space.create_sized(height, width); });
  }

  static ks_status resize(const ks_run* run, ks_tensor* dst, const ks_tensor* src, std::uint32_t how) {
    HostRun& host = HostRun::of(run);
    const InHost mark;
    return host.space.resize(dst, src, how, host.error);
  }
};

// Those of ks_raw: no rows of the table of calls, as they never cross to another process.
ks_status dlpack(const ks_run* run, ks_tensor* tensor, void** managed) {
  HostRun& host = HostRun::of(run);
  if (managed == nullptr) return host.fail(KS_INVALID_ARGUMENT, "dlpack: no place for the result");
  return host.guarded(
      [&] { *managed = host.space.memory().dlpack(host.sized_tensor(tensor, "dlpack: the tensor")); });
}

void* stream(const ks_run* run) { return HostRun::of(run).space.memory().stream(); }

constexpr ks_tensor_ops kOps = [] {
  ks_tensor_ops table{};
  table.size = sizeof table;
  calls::set_functions<Calls>(table);
  return table;
}();

}  // namespace

HostRun::HostRun(const AbiRunSettings& settings_, Space& space_)
    : space(space_),
      settings(settings_),
      steps(static_cast<std::uint32_t>(settings_.sigmas.size() - 1)) {
  abi.size = sizeof abi;
  abi.steps = steps;
  abi.sigmas = settings.sigmas.data();
  abi.model = settings.model;
  abi.tensors = &kOps;
  abi.context = this;
  calls::set_functions<Calls>(abi);
  abi.extension = &Calls::extension;
  const LatentShape& latent = space.memory().shape();
  expressions.size = sizeof expressions;
  expressions.items = static_cast<std::uint32_t>(latent.items);
  expressions.channels = static_cast<std::uint32_t>(latent.channels);
  expressions.height = static_cast<std::uint32_t>(latent.height);
  expressions.width = static_cast<std::uint32_t>(latent.width);
  calls::set_functions<ExpressionCalls>(expressions);
  filters.size = sizeof filters;
  calls::set_functions<FilterCalls>(filters);
  runs.size = sizeof runs;
  calls::set_functions<RunsCalls>(runs);
  raw = {.size = sizeof raw, .reserved = 0, .dlpack = &dlpack, .stream = &stream};
  task = {.size = sizeof task,
          .items = expressions.items,
          .channels = expressions.channels,
          .height = expressions.height,
          .width = expressions.width,
          .reserved = 0,
          .cfg = settings.cfg,
          .family = settings.family.c_str()};
  abi.task = &task;
}

}  // namespace ksampler
