// Opens a built plugin through its one symbol, as any host would.
#ifndef TESTS_SDK_TOY_PLUGIN_HPP
#define TESTS_SDK_TOY_PLUGIN_HPP

#include <dlfcn.h>
#include <ks/ks.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ksampler::toy {

struct DestroySampler {
  void operator()(ks_sampler* sampler) const { sampler->destroy(sampler); }
};
using SamplerPtr = std::unique_ptr<ks_sampler, DestroySampler>;
using Values = std::map<std::string, double>;

// A sampler of a plugin, which stays open.
class Sampler {
 public:
  Sampler(const ks_sampler_factory* factory, std::uint32_t index) : factory_(factory), index_(index) {}

  const ks_sampler_info& info() const { return *factory_->info(index_); }

  // Its defaults, except for `values`.
  SamplerPtr create(const Values& values = {}) const {
    std::vector<ks_value> all;
    std::size_t used = 0;
    for (std::uint32_t k = 0; k < info().param_count; ++k) {
      const ks_param& param = *info().params[k];
      const auto set = values.find(param.id);
      used += set != values.end();
      all.push_back({set == values.end() ? param.default_value : set->second, nullptr, 0});
    }
    if (used != values.size())
      throw std::invalid_argument(std::string(info().id) + " lacks a parameter");
    static const ks_host host = {
        .size = sizeof(ks_host),
        .abi_major = KS_ABI_MAJOR,
        .abi_minor = KS_ABI_MINOR,
        .reserved = 0,
        .name = "toy",
        .version = "1",
        .context = nullptr,
        .set_error = [](const ks_host*, const char*) {},
        .log = [](const ks_host*, std::uint32_t, const char*) {},
        .extension = [](const ks_host*, const char*) -> const void* { return nullptr; }};
    ks_sampler* sampler = nullptr;
    const auto count = static_cast<std::uint32_t>(all.size());
    if (factory_->create(&host, index_, all.data(), count, &sampler) != KS_OK) {
      throw std::runtime_error(std::string("cannot create ") + info().id);
    }
    return SamplerPtr(sampler);
  }

 private:
  const ks_sampler_factory* factory_;
  std::uint32_t index_;
};

// The samplers of the plugin `name` in the build tree.
inline std::vector<Sampler> samplers_of(const std::string& name) {
  const std::string path = std::string(BINARY_DIR) + "/plugins/" + name + "/" + name + ".so";
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  const auto* plugin = static_cast<const ks_plugin*>(dlsym(library, KS_PLUGIN_ENTRY_SYMBOL));
  if (plugin == nullptr) throw std::runtime_error(path + " has no " KS_PLUGIN_ENTRY_SYMBOL);
  const auto* factory = static_cast<const ks_sampler_factory*>(plugin->factory(KS_SAMPLERS_1));
  std::vector<Sampler> samplers;
  for (std::uint32_t i = 0; factory != nullptr && i < factory->count; ++i)
    samplers.emplace_back(factory, i);
  return samplers;
}

}  // namespace ksampler::toy

#endif
