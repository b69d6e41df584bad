// What both sides of the ABI owe each other, beyond results.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/exercise.hpp"
#include "host/conformance/runs.hpp"
#include "host/plugin/guard.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace ksampler::conformance {
namespace {

// Nothing is refused here that is a matter of what the sampler declares: see the checks of that.
Result plain_run(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    Host host;
    prepare(host, sampler_case, 8);
    host.lenient = true;
    const SamplerPtr sampler = sampler_case.sampler.create();
    ks_status status = KS_ERROR;
    std::string thrown;
    if (!guarded(thrown, [&] { status = host.sample(*sampler, sampler_case.info()); })) {
      return fail(where(sampler_case) + thrown);
    }
    if (status != KS_OK) return fail(where(sampler_case) + said(status, host.message));
    if (!is_finite(host.x)) {
      return fail(where(sampler_case) +
                  "the latent is not finite; is a tensor read before it is written?");
    }
    if (host.counters.model_calls == 0) return fail(where(sampler_case) + "the model is never called");
  }
  return pass();
}

Result unknown_factory(const Subject& subject) {
  const toy::Plugin plugin(subject.copy);
  for (const char* id : {"ks.samplers/2", "ks.samplers/", "ks.nothing/1", ""}) {
    if (plugin.entry().factory(id) != nullptr) {
      return fail(sentence("factory(\"{}\") is not null", id));
    }
  }
  return pass();
}

template <typename Factory, typename Object>
std::string index_accepted(const toy::Plugin& plugin, const Factory* factory, const char* kind) {
  if (factory == nullptr) return {};
  for (const std::uint32_t index : {factory->count, UINT32_MAX}) {
    Object* object = nullptr;
    if (factory->create(plugin.host(), index, nullptr, 0, &object) == KS_OK) {
      return sentence("{} {} is created, of {}", kind, index, factory->count);
    }
  }
  return {};
}

Result unknown_index(const Subject& subject) {
  const toy::Plugin plugin(subject.copy);
  std::string accepted =
      index_accepted<ks_sampler_factory, ks_sampler>(plugin, plugin.samplers(), "sampler");
  if (accepted.empty()) {
    accepted =
        index_accepted<ks_scheduler_factory, ks_scheduler>(plugin, plugin.schedulers(), "scheduler");
  }
  return accepted.empty() ? pass() : warn(accepted);
}

// A run of each sampler of a plugin, in a host with a change.
template <typename Change>
Result all_run(const std::shared_ptr<const toy::Plugin>& plugin, Change&& change) {
  const std::uint32_t count = plugin->samplers() == nullptr ? 0 : plugin->samplers()->count;
  for (std::uint32_t i = 0; i < count; ++i) {
    const toy::Sampler sampler(plugin, i);
    const SamplerCase sampler_case{sampler, (sampler.info().fits & KS_FITS_ADDITIVE) == 0};
    Host host;
    prepare(host, sampler_case, 4);
    change(host);
    if (const ks_status status = run(host, sampler_case); status != KS_OK)
      return fail(sentence("{}: {}", sampler_case.id(), said(status, host.message)));
  }
  return pass();
}

// A host of a later minor version: larger structures, whose new fields hold neither numbers nor
// addresses.
Result newer_host(const Subject& subject) {
  struct Newer {
    ks_host host;
    unsigned char more[64];
  };
  toy::PluginHost usual;
  Newer newer;
  std::memset(&newer, 0xA5, sizeof newer);
  newer.host = usual.abi;
  newer.host.size = sizeof newer;
  newer.host.abi_minor = KS_ABI_MINOR + 1;
  const auto plugin = std::make_shared<const toy::Plugin>(subject.copy, &newer.host);
  if (const std::string wrong = exercise(plugin); !wrong.empty()) return fail(wrong);
  return all_run(plugin, [](Host& host) { host.extra_size = 64; });
}

// A page of memory with nothing readable behind it.
class LastPage {
 public:
  LastPage() : size_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    memory_ = ::mmap(nullptr, 2 * size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ::mprotect(static_cast<std::byte*>(memory_) + size_, size_, PROT_NONE);
  }
  ~LastPage() { ::munmap(memory_, 2 * size_); }
  LastPage(const LastPage&) = delete;

  // `object` so that it ends where the page does.
  template <typename T>
  const T* put(const T& object) const {
    std::byte* at = static_cast<std::byte*>(memory_) + size_ - sizeof(T);
    std::memcpy(at, &object, sizeof(T));
    return reinterpret_cast<const T*>(at);
  }

 private:
  std::size_t size_;
  void* memory_;
};

// A host of the oldest version: reading past the end of its structures is a segmentation fault.
Result older_host(const Subject& subject) {
  toy::PluginHost usual;
  const LastPage page;
  const auto plugin = std::make_shared<const toy::Plugin>(subject.copy, page.put(usual.abi));
  if (const std::string wrong = exercise(plugin); !wrong.empty()) return fail(wrong);
  return all_run(plugin, [&page](Host& host) {
    host.run_page = [&page](const ks_run& run) { return page.put(run); };
  });
}

// Each case of the sampler, run; `look` says what is wrong with it.
template <typename Look>
Result after_each_run(const Subject& subject, Look&& look, std::uint32_t steps = 8) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    Host host;
    prepare(host, sampler_case, steps);
    run_fine(host, sampler_case);
    Result result = look(sampler_case, host);
    if (result.outcome != Outcome::pass) {
      result.detail = where(sampler_case) + result.detail;
      return result;
    }
  }
  return pass();
}

Result inputs_unchanged(const Subject& subject) {
  return after_each_run(subject, [](const SamplerCase&, const Host& host) {
    return host.changed_input.empty() ? pass() : fail("wrote to " + host.changed_input);
  });
}

Result guards_intact(const Subject& subject) {
  return after_each_run(subject, [](const SamplerCase&, const Host& host) {
    return host.guards_intact ? pass()
                              : fail("wrote through a tensor's handle, which is no address of its own");
  });
}

Result no_extension_needed(const Subject& subject) {
  return after_each_run(subject, [](const SamplerCase&, const Host&) { return pass(); });
}

Result tensors_released(const Subject& subject) {
  return after_each_run(subject, [](const SamplerCase&, const Host& host) {
    if (host.counters.live == 0) return pass();
    return warn(std::to_string(host.counters.live) +
                " tensors are not released; the host frees them with the run");
  });
}

Result no_steady_allocation(const Subject& subject) {
  const auto look = [](const SamplerCase& sampler_case, const Host& host) {
    if (host.at_step.size() < 3 || sampler_case.has(KS_SAMPLER_ADAPTIVE)) return pass();
    // A multistep method may fill its history in the first steps.
    const std::uint32_t more =
        host.counters.allocated - host.at_step[host.at_step.size() / 2].allocated;
    return more == 0 ? pass()
                     : warn(sentence("asks for {} more tensors in the second half of a run", more));
  };
  return after_each_run(subject, look, 16);
}

Result noise_as_declared(const Subject& subject) {
  if (!subject.set.empty()) return skip("is declared for the defaults, and --set changes them");
  return after_each_run(subject, [](const SamplerCase& sampler_case, const Host& host) {
    for (const std::string& call : host.undeclared) {
      if (call.starts_with("noise")) return fail("draws noise and declares none");
    }
    const bool stochastic = sampler_case.has(KS_SAMPLER_STOCHASTIC);
    if (stochastic && host.counters.noise_draws == 0)
      return fail("declared stochastic, and draws no noise");
    if (!stochastic && host.counters.noise_draws > 0) {
      return fail("draws noise with its defaults, and does not declare itself stochastic");
    }
    return pass();
  });
}

Result split_as_declared(const Subject& subject) {
  return after_each_run(subject, [](const SamplerCase& sampler_case, const Host& host) {
    const bool declared = sampler_case.has(KS_SAMPLER_UNCONDITIONAL);
    if (!declared && host.counters.split_calls > 0) {
      return fail("calls denoise_split without KS_SAMPLER_UNCONDITIONAL");
    }
    if (declared && host.counters.split_calls == 0) {
      return warn(
          "declares KS_SAMPLER_UNCONDITIONAL, which costs model calls, and never calls denoise_split");
    }
    return pass();
  });
}

}  // namespace

Checks contract_checks() {
  return {
      {"plain-run", "contract", Scope::sampler,
       "With its defaults, eight steps on a simple model succeed and give a finite latent.", plain_run,
       true},
      {"unknown-factory", "contract", Scope::plugin,
       "Factories with unknown ids are refused with null.", unknown_factory},
      {"unknown-index", "contract", Scope::plugin, "create() refuses an index that there is not.",
       unknown_index},
      {"no-extension-needed", "contract", Scope::sampler, "It works with a host that has no extension.",
       no_extension_needed},
      {"older-host", "contract", Scope::whole,
       "It reads nothing past the end of the structures of the oldest host.", older_host},
      {"newer-host", "contract", Scope::whole,
       "It works with a host of a later minor version, whose structures are larger.", newer_host},
      {"inputs-unchanged", "contract", Scope::sampler,
       "The sigmas, the model's description and the host's structures are not written to.",
       inputs_unchanged},
      {"guards-intact", "contract", Scope::sampler, "Tensors are used by handle alone.", guards_intact},
      {"tensors-released", "contract", Scope::sampler, "Every tensor is released when a run ends.",
       tensors_released},
      {"no-steady-allocation", "contract", Scope::sampler,
       "A run that is under way asks for no further memory.", no_steady_allocation},
      {"noise-as-declared", "contract", Scope::sampler,
       "Noise is drawn with the defaults where the sampler says that it is stochastic, and only there.",
       noise_as_declared},
      {"split-as-declared", "contract", Scope::sampler,
       "The unconditional prediction is asked for where that is declared, and only there.",
       split_as_declared},
  };
}

}  // namespace ksampler::conformance
