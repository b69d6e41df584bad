#include "host/plugin/isolation/child.hpp"

#include "host/base/error.hpp"
#include "host/plugin/guard.hpp"
#include "host/plugin/isolation/run_message.hpp"
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

// The host, over the socket. The plugin may log from any thread; all else comes from the thread that
// serves.
class Host {
 public:
  explicit Host(Channel& channel) : channel_(channel) {}

  void tell(const Message& message) {
    const std::lock_guard lock(sending_);
    add(message);
    send();
  }
  // Goes with what is told next.
  void later(const Message& message) {
    constexpr std::size_t kMostWaiting = 1 << 16;
    const std::lock_guard lock(sending_);
    add(message);
    if (waiting_.size() > kMostWaiting) send();
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

  // A run begins, and none of its tensors are there.
  void begin() { held_ = 0; }
  // A number for a tensor that the plugin makes; null where it holds too many.
  ks_tensor* new_tensor() {
    if (held_ == Handles::kMost) return nullptr;
    ++held_;
    return tensor_of(Handles::kPlugins + ++made_);
  }
  void gives_back() {
    if (held_ > 0) --held_;
  }

 private:
  void add(const Message& message) {
    const std::span<const std::byte> bytes = message.framed();
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
  }
  void send() {
    if (!channel_.send(waiting_)) ::_exit(0);  // the host is gone
    waiting_.clear();
  }

  Channel& channel_;
  std::mutex sending_;
  std::vector<std::byte> waiting_;
  std::size_t held_ = 0;
  std::uint64_t made_ = 0;
};

// `sigmas` holds the table of the model, and must live as long as the result is used.
ks_model_sampling remote_model(Received& request, std::vector<double>& sigmas, Host& host) {
  ks_model_sampling model = get_model(request, sigmas);
  model.context = &host;
  set_remote_functions<Host>(model);
  return model;
}

Message sampled(ks_sampler* sampler, Received& request, Host& host) {
  host.begin();
  const RemoteRun<Host> run(request, host);
  ks_tensor* const x = tensor_of(request.get<std::uint64_t>());

  ks_status status = KS_ERROR;
  std::string thrown;
  guarded(thrown, [&] { status = sampler->sample(sampler, run.abi(), x); });
  return Message(Call::finished).put(status).put_text(thrown);
}

// A guider or a noise source, and the run that it is in.
template <typename Object>
class Accompanying {
 public:
  Accompanying(Leased<Object> object, Host& host) : object_(std::move(object)), host_(host) {}

  Message begin(Received& request) {
    host_.begin();
    run_.emplace(request, host_);
    return told([&] {
      Object* const object = object_.get();
      return object->begin == nullptr ? ks_status{KS_OK} : object->begin(object, run_->abi());
    });
  }

  Message end() {
    Message finished = told([&] {
      if (run_ && object_->end != nullptr) object_->end(object_.get(), run_->abi());
      return ks_status{KS_OK};
    });
    run_.reset();
    return finished;
  }

 protected:
  template <typename Body>
  static Message told(const Body& body) {
    ks_status status = KS_ERROR;
    std::string thrown;
    guarded(thrown, [&] { status = body(); });
    return Message(Call::finished).put(status).put_text(thrown);
  }
  static Message not_begun() {
    return Message(Call::finished).put(ks_status{KS_INVALID_ARGUMENT}).put_text("");
  }

  Leased<Object> object_;
  Host& host_;
  std::optional<RemoteRun<Host>> run_;
};

class Guiding : public Accompanying<ks_guider> {
 public:
  using Accompanying::Accompanying;

  Message guide(Received& request) {
    if (!run_) return not_begun().put(0.0);
    ks_guidance guidance{};
    guidance.size = sizeof guidance;
    guidance.call = request.get<std::uint32_t>();
    guidance.sigma = request.get<double>();
    guidance.cfg = request.get<double>();
    guidance.x = tensor_of(request.get<std::uint64_t>());
    guidance.positive = tensor_of(request.get<std::uint64_t>());
    guidance.negative = tensor_of(request.get<std::uint64_t>());
    guidance.empty = tensor_of(request.get<std::uint64_t>());
    guidance.denoised = tensor_of(request.get<std::uint64_t>());
    guidance.perturbed = tensor_of(request.get<std::uint64_t>());
    guidance.second = tensor_of(request.get<std::uint64_t>());
    Message finished = told([&] { return object_->guide(object_.get(), run_->abi(), &guidance); });
    return finished.put(guidance.cfg);
  }
};

class Shaping : public Accompanying<ks_noise> {
 public:
  using Accompanying::Accompanying;

  Message shape(Received& request) {
    if (!run_) return not_begun();
    ks_noise_draw draw{};
    draw.size = sizeof draw;
    draw.index = request.get<std::uint32_t>();
    draw.sigma = request.get<double>();
    draw.sigma_next = request.get<double>();
    draw.noise = tensor_of(request.get<std::uint64_t>());
    return told([&] { return object_->shape(object_.get(), run_->abi(), &draw); });
  }
};

Message scheduled(ks_scheduler* scheduler, Received& request, Host& host) {
  ks_schedule schedule{};
  schedule.size = sizeof schedule;
  schedule.steps = request.get<std::uint32_t>();
  const isolation::RemoteTask task(request);
  schedule.task = task.abi();
  std::vector<double> table;
  const ks_model_sampling model = remote_model(request, table, host);
  schedule.model = &model;
  schedule.context = &host;
  set_remote_functions<Host>(schedule);

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
  std::optional<Guiding> guiding;
  std::optional<Shaping> shaping;
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
      } else if (request.call() == Call::make_guider) {
        const std::string id = request.get_text();
        guiding.emplace(library->make_guider(id, get_values(request)), host);
        host.tell(Message(Call::done));
      } else if (request.call() == Call::begin_guiding && guiding) {
        host.tell(guiding->begin(request));
      } else if (request.call() == Call::guide && guiding) {
        host.tell(guiding->guide(request));
      } else if (request.call() == Call::end_guiding && guiding) {
        host.tell(guiding->end());
      } else if (request.call() == Call::make_noise) {
        const std::string id = request.get_text();
        shaping.emplace(library->make_noise(id, get_values(request)), host);
        host.tell(Message(Call::done));
      } else if (request.call() == Call::begin_shaping && shaping) {
        host.tell(shaping->begin(request));
      } else if (request.call() == Call::shape && shaping) {
        host.tell(shaping->shape(request));
      } else if (request.call() == Call::end_shaping && shaping) {
        host.tell(shaping->end());
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
