// Descriptors as the C interface hands them out, made of what the host knows of a plugin: the same for
// one in this process and for one that is isolated.
#ifndef KSAMPLER_EMBED_INFOS_HPP
#define KSAMPLER_EMBED_INFOS_HPP

#include "host/plugin/registry.hpp"

#include <ks/ks.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ksampler::embed {

struct Origin {
  std::string plugin;
  std::string version;
  std::uint64_t generation = 0;
};

class Infos {
 public:
  // `generation_of`: of a plugin by its name.
  Infos(std::shared_ptr<const Registry> registry,
        const std::map<std::string, std::uint64_t>& generation_of);
  Infos(const Infos&) = delete;
  Infos& operator=(const Infos&) = delete;

  // They live as long as this.
  std::deque<ks_sampler_info> samplers;
  std::deque<ks_scheduler_info> schedulers;
  std::deque<ks_guider_info> guiders;
  std::deque<ks_noise_info> noises;

  const Origin* origin_of(const void* info) const;

 private:
  struct Params {
    const ks_param* const* list;
    std::uint32_t count;
  };
  Params params_of(const std::vector<ParamDescription>& declared);

  std::shared_ptr<const Registry> registry_;  // whose strings these are
  std::deque<Origin> origins_;
  std::map<const void*, const Origin*> origin_of_;
  std::deque<ks_param> params_;
  std::deque<std::vector<const ks_param*>> lists_;
  std::deque<std::vector<const char*>> choices_;
};

}  // namespace ksampler::embed

#endif
