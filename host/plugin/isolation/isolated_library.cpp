#include "host/plugin/isolation/isolated_library.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/plugin/isolation/child_process.hpp"
#include "host/plugin/isolation/model_message.hpp"
#include "host/plugin/private_copy.hpp"
#include "host/plugin/read_file.hpp"

#include <map>

namespace ksampler {
namespace {

using isolation::Call;
using isolation::Channel;
using isolation::Message;
using isolation::Received;

// Starting up is no time to compute, but a busy machine may take its time.
constexpr std::chrono::milliseconds kStart{30000};
// Lines of the log, and messages, that one run may send: a flood is no hang, but as bad.
constexpr std::uint32_t kMostLines = 10000;
// Tensors that it may hold at once: they are the host's memory. Samplers hold some ten.
constexpr std::size_t kMostTensors = 1024;

// A child with one object of the plugin in it.
class Isolated {
 public:
  Isolated(const Manifest& manifest, const std::filesystem::path& copy,
           const IsolationSettings& settings, const LogSink& log)
      : name_(manifest.plugin.name),
        file_(manifest.library.string()),
        limit_(settings.limit),
        log_(log),
        child_(settings.program, copy, manifest.library) {
    child_.channel().limit_sending(limit_);
    const std::string described = sense([&] { return started("is being loaded", kStart).get_text(); });
    if (described == manifest_text(manifest.plugin, "")) return;
    throw Error(Place{manifest.file.string()}, "does not describe " + file_ +
                                                   "; write it anew with `ksampler describe " + file_ +
                                                   " --out " + manifest.file.string() + "`");
  }

  void make(Call kind, const std::string& id, std::span<const ParamValue> values) {
    Message message(kind);
    message.put_text(id).put(static_cast<std::uint32_t>(values.size()));
    for (const ParamValue& value : values) {
      const auto* list = std::get_if<std::vector<double>>(&value);
      message.put(static_cast<std::uint8_t>(list != nullptr));
      if (list != nullptr) {
        message.put_list(std::span<const double>(*list));
      } else {
        message.put(std::get<double>(value));
      }
    }
    sense([&] {
      child_.channel().send(message);
      started("was creating " + quote(id), limit_);
    });
  }

  // Sends a request, and serves what the plugin asks for until it has finished. `serve` answers a call,
  // or returns false where there is no such call.
  template <typename Serve>
  ks_status work(const Message& request, std::string& problem, Serve&& serve) noexcept {
    try {
      last_ = "none yet";
      lines_ = 0;
      child_.channel().send(request);
      while (true) {
        Received call = next(limit_);
        last_ = isolation::name_of(call.call());
        if (call.call() == Call::finished) {
          const auto status = call.get<ks_status>();
          problem = printable(call.get_text(), 1000);
          return problem.empty() ? status : KS_ERROR;
        }
        if (!serve(call))
          throw isolation::BadMessage("it made " + last_ + ", which has no place there");
      }
    } catch (const isolation::BadMessage& error) {
      problem = nonsense(error);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    child_.end();
    return KS_ERROR;
  }

  void reply(ks_status status) { child_.channel().send(Message(Call::reply).put(status)); }
  template <typename Result>
  void reply(ks_status status, Result result) {
    child_.channel().send(Message(Call::reply).put(status).put(result));
  }

 private:
  // The next message that is not a line for the log. Throws Error where none comes.
  Received next(std::chrono::milliseconds wait) {
    while (true) {
      Received received;
      Channel::Arrival arrival{};
      try {
        arrival = child_.channel().receive(received, wait);
        if (arrival == Channel::Arrival::message && received.call() == Call::log) {
          if (++lines_ > kMostLines) throw isolation::BadMessage("it logs without end");
          const auto level = received.get<std::uint32_t>();
          if (log_) log_(level, name_, printable(received.get_text(), 1000));
          continue;
        }
      } catch (const isolation::BadMessage& error) {
        child_.end();
        throw Error(nonsense(error));
      }
      if (arrival == Channel::Arrival::message) return received;
      std::string how;
      if (arrival == Channel::Arrival::late) {
        child_.end();
        how = "did not come back within " + std::to_string(wait.count() / 1000) + "." +
              std::to_string(wait.count() % 1000 / 100) + " s";
      } else {
        how = child_.how_it_ended();
      }
      throw Error("isolated plugin " + quote(name_) + " (" + file_ + ") " + how +
                  "; its last call was " + last_);
    }
  }

  std::string nonsense(const isolation::BadMessage& error) const {
    return "isolated plugin " + quote(name_) + " (" + file_ + ") talks nonsense: " + error.what() +
           "; its last call was " + last_;
  }

  // What `body` returns; where it met nonsense, an Error.
  template <typename Body>
  auto sense(Body&& body) -> decltype(body()) {
    try {
      return body();
    } catch (const isolation::BadMessage& error) {
      child_.end();
      throw Error(nonsense(error));
    }
  }

  Received started(const std::string& what, std::chrono::milliseconds wait) {
    last_ = "none, it " + what;
    Received received = next(wait);
    if (received.call() == Call::done) return received;
    if (received.call() == Call::failed) throw Error(printable(received.get_text(), 4000));
    throw isolation::BadMessage(std::string("it sent ") + isolation::name_of(received.call()) +
                                ", which has no place there");
  }

  std::string name_;
  std::string file_;
  std::chrono::milliseconds limit_;
  const LogSink& log_;
  isolation::ChildProcess child_;
  std::string last_ = "none";
  std::uint32_t lines_ = 0;
};

// The tensors of a run by the numbers that the child has for them.
class Handles {
 public:
  std::uint64_t add(ks_tensor* tensor) {
    tensors_[++last_] = tensor;
    return last_;
  }
  std::size_t size() const { return tensors_.size(); }
  // Null for a number that there is not; the run refuses that.
  ks_tensor* find(std::uint64_t id) const {
    const auto at = tensors_.find(id);
    return at == tensors_.end() ? nullptr : at->second;
  }
  ks_tensor* take(std::uint64_t id) {
    ks_tensor* tensor = find(id);
    tensors_.erase(id);
    return tensor;
  }

 private:
  std::map<std::uint64_t, ks_tensor*> tensors_;
  std::uint64_t last_ = 0;
};

bool serve_model(Isolated& child, Received& call, const ks_model_sampling& model) {
  const auto answer = [&](double (*function)(void*, double)) {
    child.reply(KS_OK, function(model.context, call.get<double>()));
    return true;
  };
  if (call.call() == Call::sigma) return answer(model.sigma);
  if (call.call() == Call::timestep) return answer(model.timestep);
  if (call.call() == Call::percent_to_sigma) return answer(model.percent_to_sigma);
  return false;
}

// One call of an isolated sampler, made on the run itself.
bool serve_run(Isolated& child, Received& call, const ks_run* run, Handles& handles) {
  const auto tensor = [&] { return handles.find(call.get<std::uint64_t>()); };
  switch (call.call()) {
    case Call::create: {
      ks_tensor* made = nullptr;
      const ks_status status =
          handles.size() < kMostTensors ? run->tensors->create(run, &made) : KS_OUT_OF_MEMORY;
      child.reply(status, status == KS_OK ? handles.add(made) : std::uint64_t{0});
      return true;
    }
    case Call::release:
      run->tensors->release(run, handles.take(call.get<std::uint64_t>()));
      return true;
    case Call::lincomb: {
      ks_tensor* dst = tensor();
      const std::vector<double> coefficients = call.get_list<double>();
      std::vector<ks_tensor*> terms;
      for (std::size_t i = 0; i < coefficients.size(); ++i) terms.push_back(tensor());
      child.reply(run->tensors->lincomb(run, dst, static_cast<std::uint32_t>(terms.size()),
                                        coefficients.data(), terms.data()));
      return true;
    }
    case Call::norm: {
      double result = 0;
      const ks_status status = run->tensors->norm(run, tensor(), &result);
      child.reply(status, result);
      return true;
    }
    case Call::error_norm: {
      ks_tensor* low = tensor();
      ks_tensor* high = tensor();
      ks_tensor* previous = tensor();
      const auto atol = call.get<double>();
      const auto rtol = call.get<double>();
      double result = 0;
      const ks_status status = run->tensors->error_norm(run, low, high, previous, atol, rtol, &result);
      child.reply(status, result);
      return true;
    }
    case Call::denoise: {
      ks_tensor* x = tensor();
      const auto sigma = call.get<double>();
      child.reply(run->denoise(run, x, sigma, tensor()));
      return true;
    }
    case Call::denoise_split: {
      ks_tensor* x = tensor();
      const auto sigma = call.get<double>();
      ks_tensor* denoised = tensor();
      child.reply(run->denoise_split(run, x, sigma, denoised, tensor()));
      return true;
    }
    case Call::noise: {
      const auto sigma = call.get<double>();
      const auto sigma_next = call.get<double>();
      child.reply(run->noise(run, sigma, sigma_next, tensor()));
      return true;
    }
    case Call::step: {
      ks_step step{};
      step.size = sizeof step;
      step.index = call.get<std::uint32_t>();
      step.sigma = call.get<double>();
      step.x = tensor();
      step.denoised = tensor();
      child.reply(run->step(run, &step));
      return true;
    }
    case Call::set_error:
      run->set_error(run, printable(call.get_text(), 4000).c_str());
      return true;
    default:
      return serve_model(child, call, *run->model);
  }
}

ks_status sample(ks_sampler* sampler, const ks_run* run, ks_tensor* x) {
  auto& child = *static_cast<Isolated*>(sampler->self);
  Handles handles;
  Message request(Call::sample);
  request.put_list(std::span(run->sigmas, run->steps + std::size_t{1}));
  put_model(request, *run->model);
  request.put(handles.add(x));
  std::string problem;
  const ks_status status = child.work(
      request, problem, [&](Received& call) { return serve_run(child, call, run, handles); });
  if (!problem.empty()) run->set_error(run, problem.c_str());
  return status;
}

ks_status schedule(ks_scheduler* scheduler, const ks_schedule* request) {
  auto& child = *static_cast<Isolated*>(scheduler->self);
  Message message(Call::schedule);
  message.put(request->steps);
  put_model(message, *request->model);
  std::string problem;
  const ks_status status = child.work(message, problem, [&](Received& call) {
    if (call.call() == Call::emit) {
      const std::vector<double> sigmas = call.get_list<double>();
      child.reply(request->emit(request, sigmas.data(), static_cast<std::uint32_t>(sigmas.size())));
      return true;
    }
    if (call.call() == Call::set_error) {
      request->set_error(request, printable(call.get_text(), 4000).c_str());
      return true;
    }
    return serve_model(child, call, *request->model);
  });
  if (!problem.empty()) request->set_error(request, problem.c_str());
  return status;
}

class IsolatedLibrary final : public Library {
 public:
  IsolatedLibrary(const Manifest& manifest, const IsolationSettings& settings, LogSink log,
                  std::span<const std::byte> bytes)
      : manifest_(manifest),
        settings_(settings),
        log_(std::move(log)),
        copy_(manifest.library, bytes) {}

  const std::filesystem::path& file() const override { return manifest_.library; }
  const PluginDescription& description() const override { return manifest_.plugin; }
  bool in_process() const override { return false; }

  SamplerInstance make_sampler(const std::string& id,
                               std::span<const ParamValue> values) const override {
    ks_sampler base{};
    base.size = sizeof base;
    base.sample = &sample;
    return make(base, Call::make_sampler, id, values);
  }
  SchedulerInstance make_scheduler(const std::string& id,
                                   std::span<const ParamValue> values) const override {
    ks_scheduler base{};
    base.size = sizeof base;
    base.schedule = &schedule;
    return make(base, Call::make_scheduler, id, values);
  }

 private:
  template <typename Object>
  Leased<Object> make(Object base, Call kind, const std::string& id,
                      std::span<const ParamValue> values) const {
    auto child = std::make_unique<Isolated>(manifest_, copy_.path(), settings_, log_);
    child->make(kind, id, values);
    auto object = std::make_unique<Object>(base);
    object->self = child.release();
    object->destroy = [](Object* self) {
      delete static_cast<Isolated*>(self->self);
      delete self;
    };
    return {shared_from_this(), object.release()};
  }

  Manifest manifest_;
  IsolationSettings settings_;
  LogSink log_;
  PrivateCopy copy_;
};

}  // namespace

std::shared_ptr<const Library> isolated_library(const Manifest& manifest,
                                                const IsolationSettings& settings, LogSink log,
                                                std::span<const std::byte> bytes) {
  std::vector<std::byte> read;
  if (bytes.empty()) read = read_file(manifest.library);
  return std::make_shared<IsolatedLibrary>(manifest, settings, std::move(log),
                                           bytes.empty() ? read : bytes);
}

}  // namespace ksampler
