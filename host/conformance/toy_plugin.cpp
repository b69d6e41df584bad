#include "host/conformance/toy_plugin.hpp"

#include <dlfcn.h>

#include <span>
#include <stdexcept>
#include <utility>

namespace ksampler::toy {
namespace {

void* opened(const std::filesystem::path& file, bool unloads) {
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | (unloads ? 0 : RTLD_NODELETE));
  if (library == nullptr) throw std::runtime_error(::dlerror());
  return library;
}

const ks_plugin* entry_of(void* library) {
  const void* entry = ::dlsym(library, KS_PLUGIN_ENTRY_SYMBOL);
  if (entry == nullptr) throw std::runtime_error("does not export " KS_PLUGIN_ENTRY_SYMBOL);
  return static_cast<const ks_plugin*>(entry);
}

// The values that `create` wants, which refer to `lists`.
std::vector<ks_value> abi_values(std::span<const ks_param* const> params, const Values& values,
                                 const Lists& lists, const char* id) {
  std::vector<ks_value> all;
  std::size_t used = 0;
  for (const ks_param* param : params) {
    const auto set = values.find(param->id);
    const auto list = lists.find(param->id);
    used += (set != values.end()) + (list != lists.end());
    if (list != lists.end()) {
      all.push_back({0, list->second.data(), list->second.size()});
    } else if (param->type == KS_PARAM_NUMBERS) {
      all.push_back({0, nullptr, 0});
    } else {
      all.push_back({set == values.end() ? param->default_value : set->second, nullptr, 0});
    }
  }
  if (used != values.size() + lists.size()) {
    throw std::invalid_argument(std::string(id) + " lacks a parameter");
  }
  return all;
}

template <typename Object, typename Factory, typename Info>
Object* make(const Plugin& plugin, const Factory* factory, std::uint32_t index, const Info& info,
             const Values& values, const Lists& lists) {
  const auto all = abi_values({info.params, info.param_count}, values, lists, info.id);
  Object* object = nullptr;
  plugin.take_message();
  const ks_status status = factory->create(plugin.host(), index, all.data(),
                                           static_cast<std::uint32_t>(all.size()), &object);
  if (status == KS_OK && object != nullptr) return object;
  const std::string message = plugin.take_message();
  if (message.empty()) throw NoMessage(status);
  throw std::runtime_error(message);
}

// What is asked for now goes before what was set for good.
Settings over(const Settings& set, const Values& values, const Lists& lists) {
  Settings all{values, lists};
  all.values.merge(Values(set.values));
  all.lists.merge(Lists(set.lists));
  return all;
}

}  // namespace

PluginHost::PluginHost()
    : abi{.size = sizeof(ks_host),
          .abi_major = KS_ABI_MAJOR,
          .abi_minor = KS_ABI_MINOR,
          .reserved = 0,
          .name = "ksampler validate",
          .version = "1",
          .context = this,
          .set_error =
              [](const ks_host* host, const char* message) {
                auto& self = *static_cast<PluginHost*>(host->context);
                const std::lock_guard lock(self.mutex_);
                self.message_ = message == nullptr ? "" : message;
              },
          .log = [](const ks_host*, std::uint32_t, const char*) {},
          .extension = [](const ks_host*, const char*) -> const void* { return nullptr; }} {}

std::string PluginHost::message() const {
  const std::lock_guard lock(mutex_);
  return message_;
}

std::string PluginHost::take_message() {
  const std::lock_guard lock(mutex_);
  return std::exchange(message_, {});
}

Plugin::Plugin(const std::filesystem::path& file, const ks_host* host, bool unloads)
    : host_(host == nullptr ? &own_host_.abi : host),
      library_(opened(file, unloads)),
      entry_(entry_of(library_)) {
  if (entry_->init != nullptr && entry_->init(host_) != KS_OK) {
    throw std::runtime_error("init failed: " + take_message());
  }
  samplers_ = static_cast<const ks_sampler_factory*>(entry_->factory(KS_SAMPLERS_1));
  schedulers_ = static_cast<const ks_scheduler_factory*>(entry_->factory(KS_SCHEDULERS_1));
  if (entry_->abi_minor < 1) return;
  guiders_ = static_cast<const ks_guider_factory*>(entry_->factory(KS_GUIDERS_1));
  noises_ = static_cast<const ks_noise_factory*>(entry_->factory(KS_NOISES_1));
}

Plugin::~Plugin() {
  if (entry_->deinit != nullptr) entry_->deinit();
  ::dlclose(library_);
}

Sampler::Sampler(std::shared_ptr<const Plugin> plugin, std::uint32_t index, Settings set)
    : plugin_(std::move(plugin)), index_(index), set_(std::move(set)) {}

double Sampler::value_of(const ks_param& param) const {
  const auto set = set_.values.find(param.id);
  return set == set_.values.end() ? param.default_value : set->second;
}

SamplerPtr Sampler::create(const Values& values, const Lists& lists) const {
  const Settings all = over(set_, values, lists);
  return SamplerPtr(
      make<ks_sampler>(*plugin_, plugin_->samplers(), index_, info(), all.values, all.lists));
}

Scheduler::Scheduler(std::shared_ptr<const Plugin> plugin, std::uint32_t index, Settings set)
    : plugin_(std::move(plugin)), index_(index), set_(std::move(set)) {}

SchedulerPtr Scheduler::create(const Values& values, const Lists& lists) const {
  const Settings all = over(set_, values, lists);
  return SchedulerPtr(
      make<ks_scheduler>(*plugin_, plugin_->schedulers(), index_, info(), all.values, all.lists));
}

Guider::Guider(std::shared_ptr<const Plugin> plugin, std::uint32_t index)
    : plugin_(std::move(plugin)), index_(index) {}

GuiderPtr Guider::create(const Values& values, const Lists& lists) const {
  return GuiderPtr(make<ks_guider>(*plugin_, plugin_->guiders(), index_, info(), values, lists));
}

NoiseSource::NoiseSource(std::shared_ptr<const Plugin> plugin, std::uint32_t index)
    : plugin_(std::move(plugin)), index_(index) {}

NoiseSourcePtr NoiseSource::create(const Values& values, const Lists& lists) const {
  return NoiseSourcePtr(make<ks_noise>(*plugin_, plugin_->noises(), index_, info(), values, lists));
}

std::vector<Sampler> samplers_of(const std::filesystem::path& file) {
  const auto plugin = std::make_shared<const Plugin>(file);
  std::vector<Sampler> samplers;
  const std::uint32_t count = plugin->samplers() == nullptr ? 0 : plugin->samplers()->count;
  for (std::uint32_t i = 0; i < count; ++i) samplers.emplace_back(plugin, i);
  return samplers;
}

}  // namespace ksampler::toy
