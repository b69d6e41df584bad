// A host of ABI 1.0, frozen: it offers what version 1.0 has, and each of its structures ends where memory
// ends, so that a plugin that reads a field of a later version crashes. Compiled against the frozen
// headers alone.
#ifndef KSAMPLER_TESTS_ABI_V1_HOST_HPP
#define KSAMPLER_TESTS_ABI_V1_HOST_HPP

#include <ks/ks.h>

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using Vector = std::vector<double>;

struct ks_tensor {
  Vector values;
};

namespace v1 {

// A copy of a list whose end is the end of a page, with nothing readable behind it.
template <typename T>
class Bounded {
 public:
  explicit Bounded(const std::vector<T>& list) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t bytes = list.size() * sizeof(T), readable = (bytes / page + 1) * page;
    size_ = readable + page;
    memory_ = static_cast<std::byte*>(
        ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ::mprotect(memory_ + readable, page, PROT_NONE);
    data_ = reinterpret_cast<T*>(memory_ + readable - bytes);
    if (bytes > 0) std::memcpy(static_cast<void*>(data_), list.data(), bytes);
  }
  ~Bounded() { ::munmap(memory_, size_); }
  Bounded(const Bounded&) = delete;
  T* get() const { return data_; }

 private:
  std::byte* memory_;
  std::size_t size_;
  T* data_;
};

// Thrown where a host of 1.0 refuses a plugin.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Plugin {
 public:
  explicit Plugin(const std::string& file) : host_({abi_host()}) {
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw Refused(::dlerror());
    entry_ = static_cast<const ks_plugin*>(::dlsym(library, KS_PLUGIN_ENTRY_SYMBOL));
    if (entry_ == nullptr) throw Refused("no entry");
    if (entry_->abi_major != KS_ABI_MAJOR || entry_->abi_minor > KS_ABI_MINOR) {
      throw Refused("built with ABI " + std::to_string(entry_->abi_major) + "." +
                    std::to_string(entry_->abi_minor) + "; this host has 1.0");
    }
    if (entry_->init != nullptr && entry_->init(host()) != KS_OK) throw Refused("init: " + message);
    samplers = static_cast<const ks_sampler_factory*>(entry_->factory(KS_SAMPLERS_1));
    schedulers = static_cast<const ks_scheduler_factory*>(entry_->factory(KS_SCHEDULERS_1));
  }
  ~Plugin() {
    if (entry_->deinit != nullptr) entry_->deinit();
  }
  Plugin(const Plugin&) = delete;

  const ks_host* host() const { return host_.get(); }

  // The defaults of a sampler's or scheduler's parameters.
  template <typename Info>
  static std::vector<ks_value> defaults(const Info& info) {
    std::vector<ks_value> values;
    for (std::uint32_t k = 0; k < info.param_count; ++k) {
      values.push_back({info.params[k]->default_value, nullptr, 0});
    }
    return values;
  }

  const ks_sampler_factory* samplers = nullptr;
  const ks_scheduler_factory* schedulers = nullptr;
  std::string message;
  std::vector<std::string> log;

 private:
  static Plugin& of(const ks_host* host) { return *static_cast<Plugin*>(host->context); }
  ks_host abi_host() {
    return {.size = sizeof(ks_host),
            .abi_major = KS_ABI_MAJOR,
            .abi_minor = KS_ABI_MINOR,
            .reserved = 0,
            .name = "host of 1.0",
            .version = "1.0",
            .context = this,
            .set_error = [](const ks_host* host, const char* text) { of(host).message = text; },
            .log = [](const ks_host* host, std::uint32_t,
                      const char* text) { of(host).log.emplace_back(text); },
            .extension = [](const ks_host*, const char*) -> const void* { return nullptr; }};
  }

  Bounded<ks_host> host_;
  const ks_plugin* entry_ = nullptr;
};

// A model of noise levels 0.0625 to 16, each twice the one before.
inline const Vector kTable = {0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16};

inline ks_model_sampling model(const Vector& table, bool flow) {
  return {.size = sizeof(ks_model_sampling),
          .noising = flow ? std::uint32_t{KS_NOISING_FLOW} : std::uint32_t{KS_NOISING_ADDITIVE},
          .prediction = flow ? std::uint32_t{KS_PREDICTION_FLOW} : std::uint32_t{KS_PREDICTION_EPS},
          .sigma_count = static_cast<std::uint32_t>(table.size()),
          .sigmas = table.data(),
          .sigma_min = table.front(),
          .sigma_max = table.back(),
          .shift = 1,
          .context = nullptr,
          .sigma = [](void*, double t) { return std::ldexp(0.0625, static_cast<int>(t)); },
          .timestep = [](void*, double sigma) { return std::log2(sigma / 0.0625); },
          .percent_to_sigma = [](void*, double percent) { return 16 * (1 - percent); }};
}

// One run on three elements.
struct Run {
  Vector sigmas = {8, 4, 2, 1, 0};
  Vector x = {-3, 1, 12};
  bool flow = false;
  const ks_model_sampling* other_model = nullptr;  // in place of model()
  // The exact denoiser of Gaussian data with mean 0.25 and variance 0.5, additive or of a flow.
  static double denoised(double x, double sigma, bool flow) {
    const double a = flow ? 1 - sigma : 1, variance = 0.5 * a * a + sigma * sigma;
    return (0.25 * sigma * sigma + 0.5 * a * x) / variance;
  }
  std::function<Vector()> noise = [] { return Vector{0.5, -1, 0.25}; };

  std::string message;
  std::uint32_t model_calls = 0, draws = 0, steps = 0;
  Vector asked;  // both sigmas of each draw

  ks_status sample(ks_sampler& sampler) {
    latent_.values = x;
    const Bounded<ks_model_sampling> model_page({other_model == nullptr ? model(kTable, flow) : *other_model});
    const Bounded<ks_tensor_ops> ops({{.size = sizeof(ks_tensor_ops),
                                       .reserved = 0,
                                       .create = &create,
                                       .release = &release,
                                       .lincomb = &lincomb,
                                       .norm = &norm,
                                       .error_norm = &error_norm}});
    const Bounded<double> levels(sigmas);
    const Bounded<ks_run> run({{.size = sizeof(ks_run),
                                .steps = static_cast<std::uint32_t>(sigmas.size() - 1),
                                .sigmas = levels.get(),
                                .model = model_page.get(),
                                .tensors = ops.get(),
                                .context = this,
                                .denoise = &denoise,
                                .denoise_split = &denoise_split,
                                .noise = &draw,
                                .step = &step,
                                .set_error = &set_error,
                                .extension = &extension}});
    const ks_status status = sampler.sample(&sampler, run.get(), &latent_);
    x = latent_.values;
    return status;
  }

 private:
  static Run& of(const ks_run* run) { return *static_cast<Run*>(run->context); }

  static ks_status create(const ks_run* run, ks_tensor** tensor) {
    Run& self = of(run);
    self.tensors_.push_back(std::make_unique<ks_tensor>());
    *tensor = self.tensors_.back().get();
    (*tensor)->values.assign(self.x.size(), NAN);
    return KS_OK;
  }
  static void release(const ks_run*, ks_tensor*) {}
  static ks_status lincomb(const ks_run*, ks_tensor* dst, std::uint32_t count, const double* c,
                           ks_tensor* const* terms) {
    Vector sum(dst->values.size(), 0.0);
    for (std::uint32_t k = 0; k < count; ++k) {
      if (!std::isfinite(c[k])) return KS_INVALID_ARGUMENT;
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += c[k] * terms[k]->values[i];
    }
    dst->values = sum;
    return KS_OK;
  }
  static ks_status norm(const ks_run*, const ks_tensor* tensor, double* result) {
    double sum = 0;
    for (const double value : tensor->values) sum += value * value;
    *result = std::sqrt(sum / static_cast<double>(tensor->values.size()));
    return KS_OK;
  }
  static ks_status error_norm(const ks_run*, const ks_tensor* low, const ks_tensor* high,
                              const ks_tensor* previous, double atol, double rtol, double* result) {
    double sum = 0;
    for (std::size_t i = 0; i < low->values.size(); ++i) {
      const double size = std::fmax(std::fabs(low->values[i]), std::fabs(previous->values[i]));
      const double error = (low->values[i] - high->values[i]) / std::fmax(atol, rtol * size);
      sum += error * error;
    }
    *result = std::sqrt(sum / static_cast<double>(low->values.size()));
    return KS_OK;
  }
  static ks_status denoise(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* result) {
    Run& self = of(run);
    ++self.model_calls;
    for (std::size_t i = 0; i < self.x.size(); ++i) {
      result->values[i] = denoised(x->values[i], sigma, self.flow);
    }
    return KS_OK;
  }
  static ks_status denoise_split(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* result,
                                 ks_tensor* unconditional) {
    denoise(run, x, sigma, result);
    for (std::size_t i = 0; i < result->values.size(); ++i) {
      unconditional->values[i] = result->values[i] / 2;
    }
    return KS_OK;
  }
  static ks_status draw(const ks_run* run, double sigma, double sigma_next, ks_tensor* result) {
    Run& self = of(run);
    ++self.draws;
    self.asked.insert(self.asked.end(), {sigma, sigma_next});
    result->values = self.noise();
    return KS_OK;
  }
  static ks_status step(const ks_run* run, const ks_step*) {
    ++of(run).steps;
    return KS_OK;
  }
  static void set_error(const ks_run* run, const char* text) { of(run).message = text; }
  static const void* extension(const ks_run*, const char*) { return nullptr; }

  ks_tensor latent_;
  std::vector<std::unique_ptr<ks_tensor>> tensors_;
};

// What a scheduler emits.
struct Request {
  Vector sigmas;
  std::string message;

  ks_status schedule(ks_scheduler& scheduler, std::uint32_t steps, bool flow) {
    const Bounded<ks_model_sampling> model_page({model(kTable, flow)});
    const Bounded<ks_schedule> request(
        {{.size = sizeof(ks_schedule),
          .steps = steps,
          .model = model_page.get(),
          .context = this,
          .emit =
              [](const ks_schedule* self, const double* levels, std::uint32_t count) {
                static_cast<Request*>(self->context)->sigmas.assign(levels, levels + count);
                return ks_status{KS_OK};
              },
          .set_error =
              [](const ks_schedule* self, const char* text) {
                static_cast<Request*>(self->context)->message = text;
              }}});
    return scheduler.schedule(&scheduler, request.get());
  }
};

}  // namespace v1

#endif
