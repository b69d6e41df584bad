// A hostile child: what it sends to the host is the fuzzer's, after a beginning that is as it should
// be. In place of a process there is the other end of a socket (the functions of ChildProcess below).
#include "host/base/error.hpp"
#include "host/conformance/toy_host.hpp"
#include "host/conformance/toy_shaping.hpp"
#include "host/plugin/isolation/child_process.hpp"
#include "host/plugin/isolation/handles.hpp"
#include "host/plugin/isolation/isolated_library.hpp"
#include "host/plugin/manifest.hpp"
#include "tests/fuzz/input.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <vector>

namespace ksampler {
namespace {

using isolation::Call;
using isolation::Message;

std::vector<std::byte> script;  // what the next child will send

void say(const Message& message) {
  const auto bytes = message.framed();
  script.insert(script.end(), bytes.begin(), bytes.end());
}

// Frames the input as messages, so that it reaches what stands behind the framing; a part of it goes as
// it is.
void say_hostile(fuzz::Input& input) {
  while (!input.empty()) {
    const std::uint8_t kind = input.byte();
    if (kind >= 250) {
      const auto raw = std::as_bytes(input.take_bytes(input.byte()));
      script.insert(script.end(), raw.begin(), raw.end());
      continue;
    }
    Message message(static_cast<Call>(kind % (isolation::kCallCount + 2)));
    const std::uint32_t parts = input.below(6);
    for (std::uint32_t i = 0; i < parts; ++i) {
      switch (input.below(4)) {
        case 0: {
          const std::uint64_t handle = input.byte();  // the host's, or one that the plugin chose
          message.put(handle < 128 ? handle : isolation::Handles::kPlugins + handle);
          break;
        }
        case 1:
          message.put(input.number());
          break;
        case 2:
          message.put(input.take<std::uint32_t>());
          break;
        default: {
          std::vector<double> list(input.below(5));
          for (double& number : list) number = input.number();
          message.put_list(std::span<const double>(list));
        }
      }
    }
    say(message);
  }
}

Manifest manifest() {
  Manifest made;
  made.file = "plugin.toml";
  made.library =
      std::filesystem::temp_directory_path() / ("ksampler_fuzz_" + std::to_string(::getpid()));
  made.plugin.name = "fuzzed";
  made.plugin.samplers.emplace_back().id = "it";
  made.plugin.schedulers.emplace_back().id = "it";
  made.plugin.noises.emplace_back().id = "it";
  return made;
}

enum class Kind { sampler, noise, scheduler };

void run(Kind kind) {
  static const Manifest fuzzed = manifest();
  static const auto library = [] {
    std::ofstream(fuzzed.library) << "never loaded";  // but copied
    auto opened = isolated_library(fuzzed, {.program = "", .limit = std::chrono::milliseconds(5)});
    std::filesystem::remove(fuzzed.library);
    return opened;
  }();
  toy::Host host;
  host.sigmas = {8, 2, 0};
  host.x = {-1, 0.5};
  host.denoiser = toy::gaussian(0.3, 0.8, false);
  ks_sampler_info info{};
  info.noise = KS_NOISE_GAUSSIAN;
  try {
    if (kind == Kind::noise) {
      const NoiseInstance noise = library->make_noise("it", {});
      toy::Shaping shaping(*noise.get(), host);
      shaping.shape({1, 2}, 0, 8);
      if (shaping.shape({1, 2}, 8, 2).noise.size() != 2) std::abort();
      return;
    }
    if (kind == Kind::sampler) {
      const SamplerInstance sampler = library->make_sampler("it", {});
      const ks_status status = host.sample(*sampler.get(), info);
      if (!host.guards_intact || !host.changed_input.empty()) std::abort();
      if (status != KS_OK && host.message.empty() && status == KS_ERROR) return;  // the child's own
      return;
    }
    const SchedulerInstance scheduler = library->make_scheduler("it", {});
    ks_schedule request{};
    request.size = sizeof request;
    request.steps = 3;
    request.model = host.abi()->model;
    request.emit = [](const ks_schedule*, const double* sigmas, std::uint32_t count) {
      double sum = 0;
      for (std::uint32_t i = 0; i < count; ++i) sum += sigmas[i];
      return ks_status{sum > 0 ? KS_OK : KS_INVALID_ARGUMENT};
    };
    request.set_error = [](const ks_schedule*, const char* text) {
      if (text == nullptr) std::abort();
    };
    scheduler->schedule(scheduler.get(), &request);
  } catch (const Error&) {
  }
}

}  // namespace

namespace isolation {

ChildProcess::ChildProcess(const std::filesystem::path&, const std::filesystem::path&,
                           const std::filesystem::path&, const std::string&) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  const int room = 1 << 20;  // for the host's replies, which nobody reads
  ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  channel_ = std::make_unique<Channel>(ends[0]);
  id_ = ends[1];
  if (::send(id_, script.data(), script.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && !script.empty())
    std::abort();
  ::shutdown(id_, SHUT_WR);
}
ChildProcess::~ChildProcess() { status(); }
int ChildProcess::status() {
  if (id_ >= 0) ::close(id_);
  id_ = -1;
  return 0;
}
std::string ChildProcess::how_it_ended() { return "closed its connection"; }

}  // namespace isolation
}  // namespace ksampler

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ksampler;
  fuzz::Input input(data, size);
  const std::uint8_t beginning = input.byte();
  script.clear();
  if (beginning % 8 != 0) say(Message(Call::done).put_text(manifest_text(manifest().plugin, "")));
  if (beginning % 8 > 1) say(Message(Call::done));
  say_hostile(input);
  run(beginning & 128 ? Kind::scheduler : beginning & 64 ? Kind::noise : Kind::sampler);
  return 0;
}
