// A folder with the plugin "swap" in it, whose library is replaced by its variants, and runs through it
// that tell which variant did what.
#ifndef KSAMPLER_TESTS_SWAP_SWAP_CASE_HPP
#define KSAMPLER_TESTS_SWAP_SWAP_CASE_HPP

#include "host/conformance/toy_host.hpp"
#include "host/plugin/live_plugins.hpp"
#include "tests/support/temporary_folder.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace ksampler::test {

inline std::filesystem::path swap_variant(int variant) {
  return std::filesystem::path(BINARY_DIR "/tests/fixtures/plugins/swap") / std::to_string(variant);
}

class SwapFolder {
 public:
  explicit SwapFolder(int variant) {
    put_manifest(variant);
    put(variant);
  }

  std::filesystem::path path() const { return folder_.path(); }
  std::filesystem::path manifest() const { return folder_ / "swap/plugin.toml"; }
  std::filesystem::path library() const { return folder_ / "swap/swap.so"; }

  // As a linker does that writes into the file that is there.
  void put(int variant) const { write_text(library(), read_text(swap_variant(variant) / "swap.so")); }
  // As `install` and most linkers do: a new file under the old name.
  void rename_over(int variant) const {
    write_text(folder_ / "swap/new", read_text(swap_variant(variant) / "swap.so"));
    std::filesystem::rename(folder_ / "swap/new", library());
  }
  // 3 provides more; the others share the manifest of 1.
  void put_manifest(int variant) const {
    write_text(manifest(), read_text(swap_variant(variant == 3 ? 3 : 1) / "plugin.toml"));
  }

 private:
  TemporaryFolder folder_;
};

// A run of a sampler on the model D = 1, which takes `wait` a step: what is left in x.
inline double run_sampler(ks_sampler& sampler, const std::vector<double>& sigmas,
                          std::chrono::microseconds wait, std::string& message) {
  toy::Host host;
  host.sigmas = sigmas;
  host.x = {sigmas.front(), sigmas.front()};
  host.denoiser = toy::gaussian(1, 0, /*flow=*/false);
  if (wait.count() > 0) host.on_model_call = [wait] { std::this_thread::sleep_for(wait); };
  ks_sampler_info info{};
  info.size = sizeof info;
  const ks_status status = host.sample(sampler, info);
  message = status == KS_OK ? "" : "status " + std::to_string(status) + ": " + host.message;
  return host.x.front();
}

inline std::vector<double> run_scheduler(ks_scheduler& scheduler, std::uint32_t steps) {
  std::vector<double> sigmas;
  toy::Host host;  // for its model
  host.sigmas = {1, 0};
  ks_schedule request{};
  request.size = sizeof request;
  request.model = host.abi()->model;
  request.steps = steps;
  request.context = &sigmas;
  request.emit = [](const ks_schedule* self, const double* values, std::uint32_t count) -> ks_status {
    static_cast<std::vector<double>*>(self->context)->assign(values, values + count);
    return KS_OK;
  };
  request.set_error = [](const ks_schedule*, const char*) {};
  return scheduler.schedule(&scheduler, &request) == KS_OK ? sigmas : std::vector<double>{};
}

// What a pipeline does with plugins: a schedule, a sampler, and later in the same run another. Which
// variant each was of.
struct RunMarks {
  double schedule = 0;
  double first = 0;
  double second = 0;
  std::string message;  // of a failure

  bool is_of_one() const { return message.empty() && schedule == first && first == second; }
};

inline RunMarks run_through(const Registry& registry, std::uint32_t steps,
                            std::chrono::microseconds wait) {
  RunMarks marks;
  try {
    const auto scheduler = registry.make_scheduler("line", {});
    const std::vector<double> sigmas = run_scheduler(*scheduler.get(), steps);
    if (sigmas.empty()) throw Error("the schedule failed");
    marks.schedule = sigmas.front();
    const auto first = registry.make_sampler("once", {});
    marks.first = run_sampler(*first.get(), sigmas, wait, marks.message);
    if (!marks.message.empty()) return marks;
    const auto second = registry.make_sampler("swap/tenfold", {});
    marks.second = run_sampler(*second.get(), sigmas, wait, marks.message) / 10;
  } catch (const Error& error) {
    marks.message = error.what();
  }
  return marks;
}

}  // namespace ksampler::test

#endif
