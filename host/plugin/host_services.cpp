#include "host/plugin/host_services.hpp"

#include "host/base/text.hpp"

#include <utility>

namespace ksampler {
namespace {

constexpr std::size_t kLongestMessage = 4000;

std::string copied(const char* message) {
  return message == nullptr ? std::string() : printable(message, kLongestMessage);
}

}  // namespace

HostServices::HostServices(LogSink log)
    : host_{.size = sizeof(ks_host),
            .abi_major = KS_ABI_MAJOR,
            .abi_minor = KS_ABI_MINOR,
            .reserved = 0,
            .name = "ksampler",
            .version = KSAMPLER_VERSION,
            .context = this,
            .set_error = &set_error,
            .log = &HostServices::log,
            .extension = &extension},
      log_(std::move(log)) {}

std::string HostServices::take_message() {
  const std::lock_guard lock(mutex_);
  const auto found = messages_.find(std::this_thread::get_id());
  if (found == messages_.end()) return {};
  std::string message = std::move(found->second);
  messages_.erase(found);
  return message;
}

// noexcept: an exception must not cross into the plugin. Without memory for it, the message is lost.
void HostServices::set_error(const ks_host* host, const char* message) noexcept {
  if (host == nullptr) return;
  auto* self = static_cast<HostServices*>(host->context);
  try {
    const std::lock_guard lock(self->mutex_);
    self->messages_[std::this_thread::get_id()] = copied(message);
  } catch (...) {
  }
}

void HostServices::log(const ks_host* host, std::uint32_t level, const char* message) noexcept {
  if (host == nullptr) return;
  const auto* self = static_cast<const HostServices*>(host->context);
  if (!self->log_) return;
  try {
    self->log_(level, self->name_, copied(message));
  } catch (...) {
  }
}

const void* HostServices::extension(const ks_host*, const char*) noexcept { return nullptr; }

}  // namespace ksampler
