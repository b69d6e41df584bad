#include "host/plugin/isolation/isolated_library.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/isolation/child_process.hpp"
#include "host/plugin/isolation/run_message.hpp"
#include "host/plugin/isolation/served_calls.hpp"
#include "host/plugin/private_copy.hpp"
#include "host/plugin/read_file.hpp"

namespace ksampler {
namespace {

using isolation::Call;
using isolation::Channel;
using isolation::Message;
using isolation::Received;

// Starting up is no time to compute, but a busy machine may take its time.
constexpr std::chrono::milliseconds kStart{30000};
// Lines of the log, and messages, that one run may send: a flood is no hang, but as bad.
constexpr std::uint32_t kMostLogLines = 10000;

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
    throw Error(Diagnostic::Kind::plugin, Place{manifest.file.string()},
                sentence("does not describe {}; write it anew with `ksampler describe {} --out {}`",
                         file_, file_, manifest.file));
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
  // `result`: a number behind the status, where not null.
  template <typename Serve>
  ks_status work(const Message& request, std::string& problem, Serve&& serve,
                 double* result = nullptr) noexcept {
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
          if (result != nullptr) *result = call.get<double>();
          return problem.empty() ? status : KS_ERROR;
        }
        if (!serve(call))
          throw isolation::BadMessage(sentence("it made {}, which has no place there", last_));
      }
    } catch (const isolation::BadMessage& error) {
      problem = nonsense(error);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    child_.end();
    return KS_ERROR;
  }

  void reply(const Message& message) { child_.channel().send(message); }

 private:
  // The next message that is not a line for the log. Throws Error where none comes.
  Received next(std::chrono::milliseconds wait) {
    while (true) {
      Received received;
      Channel::Arrival arrival{};
      try {
        arrival = child_.channel().receive(received, wait);
        if (arrival == Channel::Arrival::message && received.call() == Call::log) {
          if (++lines_ > kMostLogLines) throw isolation::BadMessage("it logs without end");
          const auto level = received.get<std::uint32_t>();
          if (log_) log_(level, name_, printable(received.get_text(), 1000));
          continue;
        }
      } catch (const isolation::BadMessage& error) {
        child_.end();
        throw Error(Diagnostic::Kind::plugin, nonsense(error));
      }
      if (arrival == Channel::Arrival::message) return received;
      std::string how;
      if (arrival == Channel::Arrival::late) {
        child_.end();
        how = sentence("did not come back within {}.{} s", wait.count() / 1000,
                       wait.count() % 1000 / 100);
      } else {
        how = child_.how_it_ended();
      }
      throw Error(Diagnostic::Kind::plugin, sentence("isolated plugin {} ({}) {}; its last call was {}",
                                                     quote(name_), file_, how, last_));
    }
  }

  std::string nonsense(const isolation::BadMessage& error) const {
    return sentence("isolated plugin {} ({}) talks nonsense: {}; its last call was {}", quote(name_),
                    file_, error.what(), last_);
  }

  // What `body` returns; where it met nonsense, an Error.
  template <typename Body>
  auto sense(Body&& body) -> decltype(body()) {
    try {
      return body();
    } catch (const isolation::BadMessage& error) {
      child_.end();
      throw Error(Diagnostic::Kind::plugin, nonsense(error));
    }
  }

  Received started(const std::string& what, std::chrono::milliseconds wait) {
    last_ = "none, it " + what;
    Received received = next(wait);
    if (received.call() == Call::done) return received;
    if (received.call() == Call::failed)
      throw Error(Diagnostic::Kind::plugin, printable(received.get_text(), 4000));
    throw isolation::BadMessage(
        sentence("it sent {}, which has no place there", isolation::name_of(received.call())));
  }

  std::string name_;
  std::string file_;
  std::chrono::milliseconds limit_;
  const LogSink& log_;
  isolation::ChildProcess child_;
  std::string last_ = "none";
  std::uint32_t lines_ = 0;
};

// Answers one call that a plugin makes on a run; false where there is no such call.
bool serve_run(Isolated& child, Received& call, isolation::Handles& handles, const ks_run* run,
               const isolation::RunExtensions& has) {
  const auto reply = [&](const Message& message) { child.reply(message); };
  return isolation::serve(
      call, handles, reply, isolation::Served{run->tensors, run}, isolation::Served{run, run},
      isolation::Served{run->model, run->model->context}, isolation::Served{has.expressions, run},
      isolation::Served{has.filters, run}, isolation::Served{has.runs, run});
}

ks_status sample(ks_sampler* sampler, const ks_run* run, ks_tensor* x) {
  auto& child = *static_cast<Isolated*>(sampler->self);
  isolation::Handles handles;
  Message request(Call::sample);
  const isolation::RunExtensions extensions = put_run(request, *run);
  request.put(handles.add(x));
  std::string problem;
  const ks_status status = child.work(request, problem, [&](Received& call) {
    return serve_run(child, call, handles, run, extensions);
  });
  if (!problem.empty()) run->set_error(run, problem.c_str());
  return status;
}

// What the child of a guider or a noise source has of the host's run between begin and end.
struct Accompanied {
  isolation::Handles handles;  // what is kept from call to call stays in them
  isolation::RunExtensions extensions;
};

// A guider or a noise source in a child, and its run.
template <typename Object>
struct IsolatedCompanion {
  std::unique_ptr<Isolated> child;
  Accompanied run_of_host;

  static IsolatedCompanion& of(Object* object) {
    return *static_cast<IsolatedCompanion*>(object->self);
  }

  // Sends a request, and serves what the plugin asks the run for.
  ks_status asked(const ks_run* run, const Message& request, double* result = nullptr) {
    std::string problem;
    const ks_status status = child->work(
        request, problem,
        [&](Received& call) {
          return serve_run(*child, call, run_of_host.handles, run, run_of_host.extensions);
        },
        result);
    if (!problem.empty()) run->set_error(run, problem.c_str());
    return status;
  }

  template <Call begins>
  static ks_status begin(Object* object, const ks_run* run) {
    IsolatedCompanion& self = of(object);
    self.run_of_host = {};
    Message request(begins);
    self.run_of_host.extensions = put_run(request, *run);
    return self.asked(run, request);
  }

  template <Call ends>
  static void end(Object* object, const ks_run* run) {
    IsolatedCompanion& self = of(object);
    self.asked(run, Message(ends));
    self.run_of_host = {};
  }

  static void destroy(Object* object) {
    delete static_cast<IsolatedCompanion*>(object->self);
    delete object;
  }
};

ks_status guide(ks_guider* guider, const ks_run* run, ks_guidance* guidance) {
  auto& self = IsolatedCompanion<ks_guider>::of(guider);
  isolation::Handles& handles = self.run_of_host.handles;
  Message request(Call::guide);
  request.put(guidance->call).put(guidance->sigma).put(guidance->cfg);
  std::vector<std::uint64_t> given;
  for (ks_tensor* tensor :
       {const_cast<ks_tensor*>(guidance->x), guidance->positive, guidance->negative, guidance->empty,
        guidance->denoised, guidance->perturbed, guidance->second}) {
    given.push_back(tensor == nullptr ? 0 : handles.add(tensor));
    request.put(given.back());
  }
  double cfg = guidance->cfg;
  const ks_status status = self.asked(run, request, &cfg);
  guidance->cfg = cfg;
  for (const std::uint64_t id : given) handles.take(id);  // they are the host's, of this call alone
  return status;
}

ks_status shape(ks_noise* noise, const ks_run* run, const ks_noise_draw* draw) {
  auto& self = IsolatedCompanion<ks_noise>::of(noise);
  const std::uint64_t given = self.run_of_host.handles.add(draw->noise);
  Message request(Call::shape);
  request.put(draw->index).put(draw->sigma).put(draw->sigma_next).put(given);
  const ks_status status = self.asked(run, request);
  self.run_of_host.handles.take(given);
  return status;
}

ks_status schedule(ks_scheduler* scheduler, const ks_schedule* request) {
  auto& child = *static_cast<Isolated*>(scheduler->self);
  Message message(Call::schedule);
  message.put(request->steps);
  isolation::put_task(message, request->task);
  put_model(message, *request->model);
  isolation::Handles none;
  std::string problem;
  const ks_status status = child.work(message, problem, [&](Received& call) {
    return isolation::serve(
        call, none, [&](const Message& reply) { child.reply(reply); },
        isolation::Served{request, request},
        isolation::Served{request->model, request->model->context});
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
  GuiderInstance make_guider(const std::string& id, std::span<const ParamValue> values) const override {
    ks_guider base{};
    base.size = sizeof base;
    base.guide = &guide;
    return accompany<Call::begin_guiding, Call::end_guiding>(base, Call::make_guider, id, values);
  }
  NoiseInstance make_noise(const std::string& id, std::span<const ParamValue> values) const override {
    ks_noise base{};
    base.size = sizeof base;
    base.shape = &shape;
    return accompany<Call::begin_shaping, Call::end_shaping>(base, Call::make_noise, id, values);
  }

 private:
  template <Call begins, Call ends, typename Object>
  Leased<Object> accompany(Object base, Call kind, const std::string& id,
                           std::span<const ParamValue> values) const {
    using Companion = IsolatedCompanion<Object>;
    auto companion = std::make_unique<Companion>();
    companion->child = std::make_unique<Isolated>(manifest_, copy_.path(), settings_, log_);
    companion->child->make(kind, id, values);
    base.begin = &Companion::template begin<begins>;
    base.end = &Companion::template end<ends>;
    base.destroy = &Companion::destroy;
    auto object = std::make_unique<Object>(base);
    object->self = companion.release();
    return {shared_from_this(), object.release()};
  }

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
