#include "host/plugin/isolation/child.hpp"

#include "host/base/error.hpp"
#include "host/plugin/guard.hpp"
#include "host/plugin/isolation/model_message.hpp"
#include "host/plugin/isolation/sandbox.hpp"
#include "host/plugin/isolation/wire.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"

#include <unistd.h>

#include <mutex>
#include <optional>
#include <thread>

namespace ksampler::isolation {
namespace {

constexpr std::chrono::milliseconds kForever{-1};

// A tensor is a number here: what a plugin holds is no address of anything.
std::uint64_t id_of(const ks_tensor* tensor) { return reinterpret_cast<std::uint64_t>(tensor); }

// The host, over the socket. The plugin may log from any thread; all else comes from the thread that
// serves.
class Host {
 public:
  explicit Host(Channel& channel) : channel_(channel) {}

  void tell(const Message& message) {
    const std::lock_guard lock(sending_);
    if (!channel_.send(message)) ::_exit(0);  // the host is gone
  }
  // A call with a reply; the status comes first.
  Received ask(const Message& message) {
    tell(message);
    return next();
  }
  Received next() {
    Received received;
    if (channel_.receive(received, kForever) != Channel::Arrival::message) ::_exit(0);
    return received;
  }
  ks_status ask_status(const Message& message) { return ask(message).get<ks_status>(); }
  ks_status ask_number(const Message& message, double* result) {
    Received reply = ask(message);
    const auto status = reply.get<ks_status>();
    const auto number = reply.get<double>();
    if (status == KS_OK && result != nullptr) *result = number;
    return status;
  }

 private:
  Channel& channel_;
  std::mutex sending_;
};

Host& host_of(const ks_run* run) { return *static_cast<Host*>(run->context); }
Host& host_of(const ks_schedule* request) { return *static_cast<Host*>(request->context); }

double number_of(void* context, Call call, double argument) {
  double result = 0;
  static_cast<Host*>(context)->ask_number(Message(call).put(argument), &result);
  return result;
}

void set_model_functions(ks_model_sampling& model, Host& host) {
  model.context = &host;
  model.sigma = [](void* context, double t) { return number_of(context, Call::sigma, t); };
  model.timestep = [](void* context, double sigma) {
    return number_of(context, Call::timestep, sigma);
  };
  model.percent_to_sigma = [](void* context, double percent) {
    return number_of(context, Call::percent_to_sigma, percent);
  };
}

ks_status create(const ks_run* run, ks_tensor** tensor) {
  if (tensor == nullptr) return KS_INVALID_ARGUMENT;
  Received reply = host_of(run).ask(Message(Call::create));
  const auto status = reply.get<ks_status>();
  if (status == KS_OK) *tensor = reinterpret_cast<ks_tensor*>(reply.get<std::uint64_t>());
  return status;
}

void release(const ks_run* run, ks_tensor* tensor) {
  if (tensor != nullptr) host_of(run).tell(Message(Call::release).put(id_of(tensor)));
}

ks_status lincomb(const ks_run* run, ks_tensor* dst, std::uint32_t count, const double* coefficients,
                  ks_tensor* const* terms) {
  if (count > 0 && (coefficients == nullptr || terms == nullptr)) return KS_INVALID_ARGUMENT;
  Message message(Call::lincomb);
  message.put(id_of(dst)).put_list(std::span(coefficients, count));
  for (std::uint32_t i = 0; i < count; ++i) message.put(id_of(terms[i]));
  return host_of(run).ask_status(message);
}

ks_status norm(const ks_run* run, const ks_tensor* tensor, double* result) {
  return host_of(run).ask_number(Message(Call::norm).put(id_of(tensor)), result);
}

ks_status error_norm(const ks_run* run, const ks_tensor* low, const ks_tensor* high,
                     const ks_tensor* previous, double atol, double rtol, double* result) {
  Message message(Call::error_norm);
  message.put(id_of(low)).put(id_of(high)).put(id_of(previous)).put(atol).put(rtol);
  return host_of(run).ask_number(message, result);
}

constexpr ks_tensor_ops kTensors = {
    sizeof(ks_tensor_ops), 0, &create, &release, &lincomb, &norm, &error_norm};

ks_status denoise(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* denoised) {
  Message message(Call::denoise);
  message.put(id_of(x)).put(sigma).put(id_of(denoised));
  return host_of(run).ask_status(message);
}

ks_status denoise_split(const ks_run* run, const ks_tensor* x, double sigma, ks_tensor* denoised,
                        ks_tensor* unconditional) {
  Message message(Call::denoise_split);
  message.put(id_of(x)).put(sigma).put(id_of(denoised)).put(id_of(unconditional));
  return host_of(run).ask_status(message);
}

ks_status noise(const ks_run* run, double sigma, double sigma_next, ks_tensor* tensor) {
  return host_of(run).ask_status(Message(Call::noise).put(sigma).put(sigma_next).put(id_of(tensor)));
}

ks_status step(const ks_run* run, const ks_step* step) {
  if (step == nullptr || step->size < sizeof(ks_step)) return KS_INVALID_ARGUMENT;
  Message message(Call::step);
  message.put(step->index).put(step->sigma).put(id_of(step->x)).put(id_of(step->denoised));
  return host_of(run).ask_status(message);
}

template <typename Asked>
void set_error(const Asked* asked, const char* text) {
  host_of(asked).tell(Message(Call::set_error).put_text(text == nullptr ? "" : text));
}

Message sampled(ks_sampler* sampler, Received& request, Host& host) {
  const std::vector<double> sigmas = request.get_list<double>();
  std::vector<double> table;
  ks_model_sampling model = get_model(request, table);
  set_model_functions(model, host);
  const auto x = reinterpret_cast<ks_tensor*>(request.get<std::uint64_t>());

  ks_run run{};
  run.size = sizeof run;
  run.steps = static_cast<std::uint32_t>(sigmas.size() - 1);
  run.sigmas = sigmas.data();
  run.model = &model;
  run.tensors = &kTensors;
  run.context = &host;
  run.denoise = &denoise;
  run.denoise_split = &denoise_split;
  run.noise = &noise;
  run.step = &step;
  run.set_error = &set_error<ks_run>;
  // What an extension gives are functions and addresses: they do not cross.
  run.extension = [](const ks_run*, const char*) -> const void* { return nullptr; };

  ks_status status = KS_ERROR;
  std::string thrown;
  guarded(thrown, [&] { status = sampler->sample(sampler, &run, x); });
  return Message(Call::finished).put(status).put_text(thrown);
}

Message scheduled(ks_scheduler* scheduler, Received& request, Host& host) {
  ks_schedule schedule{};
  schedule.size = sizeof schedule;
  schedule.steps = request.get<std::uint32_t>();
  std::vector<double> table;
  ks_model_sampling model = get_model(request, table);
  set_model_functions(model, host);
  schedule.model = &model;
  schedule.context = &host;
  schedule.emit = [](const ks_schedule* self, const double* sigmas, std::uint32_t count) {
    return host_of(self).ask_status(
        Message(Call::emit).put_list(std::span(sigmas, sigmas == nullptr ? 0 : count)));
  };
  schedule.set_error = &set_error<ks_schedule>;

  ks_status status = KS_ERROR;
  std::string thrown;
  guarded(thrown, [&] { status = scheduler->schedule(scheduler, &schedule); });
  return Message(Call::finished).put(status).put_text(thrown);
}

// The values of parameters: for each whether it is a list, then the list or the number.
std::vector<ParamValue> get_values(Received& request) {
  std::vector<ParamValue> values(request.get<std::uint32_t>() % 65536);
  for (ParamValue& value : values) {
    if (request.get<std::uint8_t>() != 0) {
      value = request.get_list<double>();
    } else {
      value = request.get<double>();
    }
  }
  return values;
}

Message failed(const std::exception& error) { return Message(Call::failed).put_text(error.what()); }

}  // namespace

int serve(int socket, const std::filesystem::path& copy, const std::filesystem::path& file) {
  Channel channel(socket);
  Host host(channel);
  limit_resources();
  std::shared_ptr<const Library> library;
  try {
    close_all_but_reading();
    library = Library::open_copy(copy, file, [&host](auto level, auto, std::string_view line) {
      host.tell(Message(Call::log).put(level).put_text(line));
    });
    close_everything();
    host.tell(Message(Call::done).put_text(manifest_text(library->description(), "")));
  } catch (const std::exception& error) {
    host.tell(failed(error));
    return 0;
  }

  std::optional<SamplerInstance> sampler;
  std::optional<SchedulerInstance> scheduler;
  while (true) {
    Received request = host.next();
    try {
      if (request.call() == Call::make_sampler) {
        const std::string id = request.get_text();
        sampler.emplace(library->make_sampler(id, get_values(request)));
        host.tell(Message(Call::done));
      } else if (request.call() == Call::make_scheduler) {
        const std::string id = request.get_text();
        scheduler.emplace(library->make_scheduler(id, get_values(request)));
        host.tell(Message(Call::done));
      } else if (request.call() == Call::sample && sampler) {
        host.tell(sampled(sampler->get(), request, host));
      } else if (request.call() == Call::schedule && scheduler) {
        host.tell(scheduled(scheduler->get(), request, host));
      } else {
        return 1;
      }
    } catch (const std::exception& error) {
      host.tell(failed(error));
    }
  }
}

}  // namespace ksampler::isolation
