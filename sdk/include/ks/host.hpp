// SPDX-License-Identifier: Apache-2.0
//
// C++ over ks/host.h: plugins used by a program.
//
//   ks::Plugins plugins({"/usr/lib/ksampler/plugins"});
//   const ks::Levels levels("eps");
//   const std::vector<double> sigmas = plugins.sigmas("karras", 20, levels);
//   std::vector<float> x = ks::initial_noise(42, 4 * 64 * 64);
//   for (float& value : x) value *= sigmas.front();
//   ks::Session session(plugins, {.sampler = "dpmpp_2m"}, sigmas, levels, {1, 4, 64, 64}, x.data());
//   while (const ks_want* want = session.next()) { ... write D(want->x, want->sigma) to want->out ... }
//
// Errors are ks::HostError. Needs libks_host.
#ifndef KS_HOST_HPP
#define KS_HOST_HPP

#include <ks/host.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace ks {

// What a call failed with: the sentence, and its status.
class HostError : public std::runtime_error {
 public:
  explicit HostError(ks_status status_) : std::runtime_error(ks_last_error()), status(status_) {}
  ks_status status;  // KS_STOPPED: the run was stopped
};

namespace host_detail {
// Throws HostError.
inline void check(ks_status status) {
  if (status != KS_OK) throw HostError(status);
}
// Frees what a handle of the C interface is of.
template <auto free>
struct Free {
  template <typename Object>
  void operator()(Object* object) const {
    free(object);
  }
};
}  // namespace host_detail

// A number, boolean (0 or 1) or list of a parameter, or a choice by its name.
struct Setting {
  std::string name;
  double number = 0;
  std::string text = {};
  std::vector<double> numbers = {};
};

// The noise levels of a model.
class Levels {
 public:
  // "eps", "v", "flow", ...: see ks_levels_named.
  explicit Levels(const std::string& name) { take(&ks_levels_named, name.c_str()); }
  static Levels flow(double shift, double multiplier = 1000) {
    Levels levels;
    levels.take(&ks_levels_flow, shift, multiplier);
    return levels;
  }
  // The sigma of each timestep, rising.
  static Levels table(const std::vector<double>& sigmas, std::uint32_t prediction = KS_PREDICTION_EPS) {
    Levels levels;
    levels.take(&ks_levels_table, sigmas.data(), static_cast<std::uint32_t>(sigmas.size()), prediction);
    return levels;
  }
  const ks_model_sampling* model() const { return ks_levels_model(levels_.get()); }

 private:
  Levels() = default;
  template <typename Function, typename... Arguments>
  void take(Function function, Arguments... arguments) {
    ks_levels* made = nullptr;
    host_detail::check(function(arguments..., &made));
    levels_.reset(made);
  }
  std::unique_ptr<ks_levels, host_detail::Free<&ks_levels_free>> levels_;
};

// Plugins in folders, and those that are added.
class Plugins {
 public:
  // Those in these folders, each searched with its folders one level down.
  explicit Plugins(const std::vector<std::string>& folders = {}) {
    std::vector<const char*> names;
    for (const std::string& folder : folders) names.push_back(folder.c_str());
    ks_library_settings settings{};
    settings.size = sizeof settings;
    settings.folder_count = static_cast<std::uint32_t>(names.size());
    settings.folders = names.data();
    ks_library* made = nullptr;
    host_detail::check(ks_library_new(&settings, &made));
    library_.reset(made);
  }

  void load(const std::string& file) { host_detail::check(ks_library_load(get(), file.c_str())); }
  void add(const ks_plugin& entry) { host_detail::check(ks_library_add(get(), &entry)); }
  // Takes what was built anew; body(const ks_plugin_change&) for each plugin.
  template <typename Body>
  void refresh(Body&& body) {
    host_detail::check(ks_library_refresh(
        get(),
        [](void* context, const ks_plugin_change* change) {
          (*static_cast<std::remove_reference_t<Body>*>(context))(*change);
        },
        &body));
  }
  void refresh() { host_detail::check(ks_library_refresh(get(), nullptr, nullptr)); }

  std::vector<std::string> samplers() const {
    std::vector<std::string> ids;
    for (std::uint32_t i = 0; const auto* info = ks_library_sampler(get(), i); ++i) {
      ids.emplace_back(info->id);
    }
    return ids;
  }

  // steps + 1 of them, as a rule. `denoise`, `sampler`: see ks_sigmas.
  std::vector<double> sigmas(const std::string& scheduler, std::uint32_t steps, const Levels& levels,
                             double denoise = 1.0, const char* sampler = nullptr) const {
    ks_chosen chosen{};
    chosen.size = sizeof chosen;
    chosen.name = scheduler.c_str();
    std::vector<double> made(steps + 2UL);
    std::uint32_t count = 0;
    for (int attempt = 0; attempt < 2; ++attempt) {  // a schedule may have more levels than steps
      host_detail::check(ks_sigmas(get(), &chosen, steps, denoise, sampler, levels.model(), made.data(),
                                   static_cast<std::uint32_t>(made.size()), &count));
      const bool fits = count <= made.size();
      made.resize(count);
      if (fits) break;
    }
    return made;
  }

  ks_library* get() const { return library_.get(); }

 private:
  std::unique_ptr<ks_library, host_detail::Free<&ks_library_free>> library_;
};

// `count` standard normals, as torch.randn gives them after manual_seed(seed).
inline std::vector<float> initial_noise(std::uint64_t seed, std::size_t count) {
  std::vector<float> noise(count);
  host_detail::check(ks_initial_noise(seed, KS_PROFILE_COMFY, 1, count, nullptr, noise.data()));
  return noise;
}

// Of a latent; what is no picture has height 1.
struct Shape {
  std::uint32_t items = 1, channels = 1, height = 1, width = 1;
};

// What a run is of.
struct SessionOptions {
  std::string sampler;
  std::vector<Setting> settings = {};
  std::uint64_t seed = 0;
  double cfg = 1.0;
  const ks_cuda* cuda = nullptr;  // x is there, and so are the tensors of questions; null: main memory
};

// A run of a sampler whose model is the caller.
class Session {
 public:
  // `x`: noisy at the first sigma; in the end the result. `levels` live as long as the session.
  Session(const Plugins& plugins, const SessionOptions& options, const std::vector<double>& sigmas,
          const Levels& levels, const Shape& shape, float* x) {
    std::vector<ks_setting> set;
    for (const Setting& setting : options.settings) {
      set.push_back({setting.name.c_str(), setting.number,
                     setting.text.empty() ? nullptr : setting.text.c_str(), setting.numbers.data(),
                     setting.numbers.size()});
    }
    ks_chosen sampler{};
    sampler.size = sizeof sampler;
    sampler.name = options.sampler.c_str();
    sampler.settings = set.data();
    sampler.setting_count = static_cast<std::uint32_t>(set.size());
    ks_session_settings settings{};
    settings.size = sizeof settings;
    settings.sampler = &sampler;
    settings.sigmas = sigmas.data();
    settings.sigma_count = static_cast<std::uint32_t>(sigmas.size());
    settings.model = levels.model();
    settings.items = shape.items;
    settings.channels = shape.channels;
    settings.height = shape.height;
    settings.width = shape.width;
    settings.x = x;
    settings.seed = options.seed;
    settings.cfg = options.cfg;
    settings.cuda = options.cuda;
    ks_session* made = nullptr;
    host_detail::check(ks_session_new(plugins.get(), &settings, &made));
    session_.reset(made);
  }

  // The next question: KS_WANT_DENOISE, as nothing else is asked for. Null: x is the result.
  const ks_want* next() {
    host_detail::check(ks_session_next(session_.get(), &want_));
    return want_.kind == KS_WANT_NOTHING ? nullptr : &want_;
  }

 private:
  std::unique_ptr<ks_session, host_detail::Free<&ks_session_free>> session_;
  ks_want want_ = [] {
    ks_want want{};
    want.size = sizeof want;
    return want;
  }();
};

}  // namespace ks

#endif
