#include "host/conformance/toy_host.hpp"

#include "host/plugin/calls.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>

namespace ksampler::toy {

namespace {

bool same_size(const ks_tensor& a, const ks_tensor& b) {
  return a.shape == b.shape && a.height == b.height && a.width == b.width;
}

}  // namespace

struct Host::Calls {
  static Host& self(const ks_run* run) {
    Host& host = *static_cast<Host*>(run->context);
    host.counters.calls_after_failure += host.failed_;
    return host;
  }

  static ks_status create(const ks_run* run, ks_tensor** tensor) {
    Host& host = self(run);
    if (tensor == nullptr) return host.refuse("create without a place for the tensor");
    return host.make_tensor(KS_SHAPE_LATENT, host.x.size(), tensor);
  }

  static void release(const ks_run* run, ks_tensor* tensor) {
    Host& host = *static_cast<Host*>(run->context);
    if (tensor == nullptr || !host.knows_any(tensor) || tensor == host.latent_) return;
    tensor->live = false;
    --host.counters.live;
  }

  static ks_status lincomb(const ks_run* run, ks_tensor* dst, std::uint32_t count,
                           const double* coefficients, ks_tensor* const* terms) {
    Host& host = self(run);
    host.counters.terms += count;
    if (++host.counters.lincombs == host.faults.lincomb) return host.failed(host.faults.status);
    if (host.of_guider && dst == nullptr) return host.refuse(kNotThere);
    if (!host.knows_sized(dst)) return host.refuse("lincomb into an unknown tensor");
    if (count > 0 && (coefficients == nullptr || terms == nullptr)) {
      return host.refuse("lincomb of terms without coefficients or tensors");
    }
    Vector sum(dst->values.size(), 0.0);
    for (std::uint32_t k = 0; k < count; ++k) {
      if (host.of_guider && terms[k] == nullptr) return host.refuse(kNotThere);
      if (!host.knows_sized(terms[k])) return host.refuse("lincomb of an unknown tensor");
      if (!same_size(*terms[k], *dst)) return host.refuse("lincomb of tensors of two sizes");
      if (!std::isfinite(coefficients[k])) return host.refuse("a coefficient is not finite");
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += coefficients[k] * terms[k]->values[i];
    }
    dst->values = host.stored(std::move(sum));
    return KS_OK;
  }

  static ks_status norm(const ks_run* run, const ks_tensor* tensor, double* result) {
    Host& host = self(run);
    ++host.counters.waits;
    if (!host.knows(tensor)) return host.refuse("norm of an unknown tensor");
    if (result == nullptr) return host.refuse("norm without a place for the result");
    double sum = 0;
    for (double value : tensor->values) sum += value * value;
    *result = std::sqrt(sum / static_cast<double>(tensor->values.size()));
    return KS_OK;
  }

  static ks_status error_norm(const ks_run* run, const ks_tensor* low, const ks_tensor* high,
                              const ks_tensor* previous, double atol, double rtol, double* result) {
    Host& host = self(run);
    ++host.counters.waits;
    if (!host.knows(low) || !host.knows(high) || !host.knows(previous)) {
      return host.refuse("error_norm of an unknown tensor");
    }
    if (result == nullptr) return host.refuse("error_norm without a place for the result");
    double sum = 0;
    for (std::size_t i = 0; i < low->values.size(); ++i) {
      const double size = std::max(std::abs(low->values[i]), std::abs(previous->values[i]));
      const double error = (low->values[i] - high->values[i]) / std::max(atol, rtol * size);
      sum += error * error;
    }
    *result = std::sqrt(sum / static_cast<double>(low->values.size()));
    return KS_OK;
  }

  static ks_status denoise(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* denoised) {
    return predict(self(run), x, sigma, denoised);
  }

  static ks_status predict(Host& host, const ks_tensor* x, double sigma, ks_tensor* denoised) {
    if (host.of_guider || host.of_noise) return host.not_theirs("denoise");
    if (host.on_model_call) host.on_model_call();
    if (++host.counters.model_calls == host.faults.model_call) {
      host.message = "the model failed";
      return host.failed(host.faults.status);
    }
    if (!host.knows_sized(x) || !host.knows_sized(denoised)) {
      return host.refuse("denoise of an unknown tensor");
    }
    if (x == denoised) return host.refuse("denoise in place");
    if (!same_size(*x, *denoised)) return host.refuse("denoise of tensors of two sizes");
    if (x->values.size() > host.x.size()) return host.refuse("denoise of more cells than the data has");
    if (!std::isfinite(sigma) || sigma < 0) return host.refuse("denoise at a sigma that is no number");
    denoised->values = host.stored(host.denoiser(x->values, sigma));
    return KS_OK;
  }

  static ks_status denoise_split(const ks_run* run, const ks_tensor* x, double sigma,
                                 ks_tensor* denoised, ks_tensor* unconditional) {
    Host& host = self(run);
    if (host.of_guider || host.of_noise) return host.not_theirs("denoise_split");
    ++host.counters.split_calls;
    if ((host.info_->flags & KS_SAMPLER_UNCONDITIONAL) == 0) {
      const ks_status status = host.undeclared_call("denoise_split without KS_SAMPLER_UNCONDITIONAL");
      if (status != KS_OK) return status;
    }
    if (const ks_status status = predict(host, x, sigma, denoised); status != KS_OK) return status;
    if (!host.knows_sized(unconditional)) return host.refuse("denoise_split into an unknown tensor");
    if (!same_size(*x, *unconditional)) return host.refuse("denoise_split of tensors of two sizes");
    unconditional->values =
        host.unconditional ? host.stored(host.unconditional(x->values, sigma)) : denoised->values;
    return KS_OK;
  }

  static ks_status noise(const ks_run* run, double sigma, double sigma_next, ks_tensor* tensor) {
    Host& host = self(run);
    if (host.of_guider) return host.not_theirs("noise");
    if (!host.of_noise && host.info_->noise == KS_NOISE_NONE) {
      const ks_status status = host.undeclared_call("noise, of which none is declared");
      if (status != KS_OK) return status;
    }
    if (!host.knows(tensor)) return host.refuse("noise into an unknown tensor");
    if (++host.counters.noise_draws == host.faults.noise) return host.failed(host.faults.status);
    host.noise_sigmas.insert(host.noise_sigmas.end(), {sigma, sigma_next});
    tensor->values = host.stored(host.noise(sigma, sigma_next, tensor->values.size()));
    return KS_OK;
  }

  static ks_status step(const ks_run* run, const ks_step* step) {
    Host& host = self(run);
    if (host.of_guider || host.of_noise) return host.not_theirs("step");
    host.at_step.push_back(host.counters);
    if (step == nullptr) return host.refuse("step without a step");
    if (!host.knows_sized(step->x) || !host.knows_sized(step->denoised)) {
      return host.refuse("step with an unknown tensor");
    }
    if (host.on_step) host.on_step(*step);
    return ++host.counters.steps == host.stop_at_step ? host.failed(KS_STOPPED) : KS_OK;
  }

  static void set_error(const ks_run* run, const char* text) {
    static_cast<Host*>(run->context)->message = text == nullptr ? "" : text;
  }

  static const void* extension(const ks_run* run, const char* id) {
    Host& host = self(run);
    ++host.counters.extensions;
    const std::string_view wanted = host.has_formulas && id != nullptr ? id : "";
    if (wanted == KS_EXPRESSIONS_1) return &host.expressions_;
    if (wanted == KS_FILTERS_1) return &host.filters_;
    if (wanted == KS_RUNS_1 && !host.of_guider && !host.of_noise) return &host.runs_;
    return nullptr;
  }
};

namespace {

// Puts a structure where a newer host would have one that is `extra` bytes larger. What is behind the
// fields of today is no address and no number.
template <typename Struct, std::size_t N>
const Struct* placed(std::array<std::byte, N>& room, Struct value, std::uint32_t extra) {
  static_assert(sizeof(Struct) < N);
  room.fill(std::byte{0xA5});
  value.size = static_cast<std::uint32_t>(sizeof(Struct)) + extra;
  std::memcpy(room.data(), &value, sizeof value);
  return reinterpret_cast<const Struct*>(room.data());
}

ks_model_sampling model_of(bool flow, const Vector& table) {
  ks_model_sampling model{};
  model.noising = flow ? KS_NOISING_FLOW : KS_NOISING_ADDITIVE;
  model.prediction = flow ? KS_PREDICTION_FLOW : KS_PREDICTION_EDM;
  model.sigma_count = static_cast<std::uint32_t>(table.size());
  model.sigmas = table.data();
  model.sigma_min = table.front();
  model.sigma_max = table.back();
  model.shift = 1;
  model.sigma = flow ? [](void*, double t) { return t; } : [](void*, double t) { return std::exp(t); };
  model.timestep = flow ? [](void*, double sigma) { return sigma; }
                        : [](void*, double sigma) { return std::log(sigma); };
  model.percent_to_sigma =
      flow ? [](void*, double percent) { return 1 - percent; }
           : [](void*, double percent) { return 0.01 * std::pow(1e4, 1 - percent); };
  return model;
}

}  // namespace

const ks_run* Host::abi() {
  table_ = flow ? Vector{0.001, 1.0} : Vector{0.01, 100.0};
  const auto* model = placed(model_, model_of(flow, table_), extra_size);
  ks_tensor_ops ops{};
  calls::set_functions<Calls>(ops);
  ks_run run{};
  run.steps = static_cast<std::uint32_t>(sigmas.size() - 1);
  run.sigmas = sigmas.data();
  run.model = model;
  run.tensors = placed(ops_, ops, extra_size);
  run.context = this;
  calls::set_functions<Calls>(run);
  run.extension = &Calls::extension;
  set_expressions();
  set_filters();
  set_runs();
  task_ = {.size = sizeof task_,
           .items = expressions_.items,
           .channels = expressions_.channels,
           .height = expressions_.height,
           .width = expressions_.width,
           .reserved = 0,
           .cfg = cfg,
           .family = ""};
  run.task = &task_;
  return placed(run_, run, extra_size);
}

ks_status Host::sample(ks_sampler& sampler, const ks_sampler_info& info) {
  info_ = &info;
  failed_ = false;
  ks_tensor latent;
  latent.values = stored(x);
  latent_ = &latent;
  const ks_run* run = abi();
  const auto run_before = run_, model_before = model_, ops_before = ops_;
  const Vector table_before = table_, sigmas_before = sigmas;
  // Bytes, so that sigmas that are no number compare too.
  const auto same = [](const Vector& a, const Vector& b) {
    return (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
  };
  if (run_page) run = run_page(*run);
  const ks_status status = sampler.sample(&sampler, run, &latent);
  guards_intact = latent.is_intact() && check_intact();
  if (!same(sigmas, sigmas_before)) changed_input = "the sigmas";
  if (!same(table_, table_before)) changed_input = "the model's noise levels";
  if (run_ != run_before) changed_input = "ks_run";
  if (model_ != model_before) changed_input = "ks_model_sampling";
  if (ops_ != ops_before) changed_input = "ks_tensor_ops";
  x = latent.values;
  latent_ = nullptr;
  return status;
}

Host& Host::in_extension(const ks_run* run) {
  Host& host = *static_cast<Host*>(run->context);
  host.counters.calls_after_failure += host.failed_;
  ++host.counters.formulas;
  return host;
}

ks_status Host::make_tensor(const ks_tensor& like, std::size_t size, ks_tensor** tensor) {
  if (++counters.creates == faults.create) return failed(faults.status);
  ++counters.live;
  // What is read before it is written shows as NaN.
  const Vector undefined(size, std::numeric_limits<double>::quiet_NaN());
  for (const auto& held : pool_) {
    if (held->live || !same_size(*held, like)) continue;
    held->values = undefined;
    held->live = true;
    *tensor = held.get();
    return KS_OK;
  }
  ++counters.allocated;
  pool_.push_back(std::make_unique<ks_tensor>());
  pool_.back()->values = undefined;
  pool_.back()->shape = like.shape;
  pool_.back()->height = like.height;
  pool_.back()->width = like.width;
  *tensor = pool_.back().get();
  return KS_OK;
}

ks_status Host::make_tensor(std::uint32_t shape, std::size_t size, ks_tensor** tensor) {
  ks_tensor like;
  like.shape = shape;
  return make_tensor(like, size, tensor);
}

ks_tensor* Host::hold(Vector values) {
  auto tensor = std::make_unique<ks_tensor>();
  tensor->values = stored(std::move(values));
  pool_.push_back(std::move(tensor));
  return pool_.back().get();
}

void Host::let_go(ks_tensor* tensor) {
  if (tensor != nullptr) tensor->live = false;
}

bool Host::knows_any(const ks_tensor* tensor) const {
  if (tensor != nullptr && tensor == latent_) return true;
  return std::any_of(pool_.begin(), pool_.end(),
                     [&](const auto& held) { return held.get() == tensor && held->live; });
}

bool Host::knows(const ks_tensor* tensor) const {
  return knows_any(tensor) && tensor->shape == KS_SHAPE_LATENT;
}

bool Host::knows_part(const ks_tensor* tensor) const {
  return knows_any(tensor) && tensor->shape != ks_tensor::sized;
}

bool Host::knows_sized(const ks_tensor* tensor) const {
  return knows_any(tensor) && (tensor->shape == KS_SHAPE_LATENT || tensor->shape == ks_tensor::sized);
}

ks_status Host::failed(ks_status status) {
  failed_ = true;
  return status;
}

ks_status Host::refuse(const char* text) {
  message = text;
  return failed(KS_INVALID_ARGUMENT);
}

ks_status Host::not_theirs(const char* function) {
  message = std::string(function) + " is a sampler's";
  return failed(KS_UNSUPPORTED);
}

ks_status Host::undeclared_call(const char* text) {
  if (!lenient) return refuse(text);
  if (undeclared.empty() || undeclared.back() != text) undeclared.emplace_back(text);
  return KS_OK;
}

Vector Host::stored(Vector values) const {
  if (format == nullptr) return values;
  for (double& value : values) value = format->rounded(value);
  return values;
}

bool Host::check_intact() const {
  return std::all_of(pool_.begin(), pool_.end(), [](const auto& held) { return held->is_intact(); });
}

}  // namespace ksampler::toy
