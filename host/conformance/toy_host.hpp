// The smallest host: a ks_run over std::vector<double>, with counters, and with faults on demand, for
// checks of samplers without LibTorch.
#ifndef KSAMPLER_CONFORMANCE_TOY_HOST_HPP
#define KSAMPLER_CONFORMANCE_TOY_HOST_HPP

#include "host/conformance/number_format.hpp"
#include "host/conformance/toy_denoiser.hpp"
#include "host/conformance/toy_noise.hpp"

#include <ks/ks.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// A tensor between two guards: whoever writes over a handle damages one of them.
struct ks_tensor {
  using Guard = std::array<std::uint64_t, 8>;
  static constexpr Guard intact = {0x5AFE5AFE5AFE5AFE, 1, 2, 3, 4, 5, 6, 0xEFA5EFA5EFA5EFA5};

  Guard before = intact;
  std::vector<double> values;
  bool live = true;
  std::uint32_t shape = KS_SHAPE_LATENT;
  std::uint32_t height = 0;  // of shape `sized`, in place of the latent's
  std::uint32_t width = 0;
  static constexpr std::uint32_t sized = KS_SHAPE_ITEMS + 1;
  Guard after = intact;

  bool is_intact() const { return before == intact && after == intact; }
};

namespace ksampler::toy {

// What a run was asked for.
struct Counters {
  std::uint32_t model_calls = 0;
  std::uint32_t split_calls = 0;  // of them, those that asked for the unconditional prediction
  std::uint32_t noise_draws = 0;
  std::uint32_t steps = 0;
  std::uint32_t lincombs = 0;
  std::uint32_t terms = 0;      // of all lincombs
  std::uint32_t creates = 0;    // tensors asked for
  std::uint32_t allocated = 0;  // tensors made because none was free
  std::uint32_t live = 0;       // tensors not yet released, the latent not counted
  std::uint32_t extensions = 0;
  std::uint32_t formulas = 0;  // calls of ks_expressions and ks_filters
  std::uint32_t waits = 0;     // norms, which wait for the device
  std::uint32_t calls_after_failure =
      0;  // after a call was refused; releasing and set_error are allowed
};

// Which call fails, counted from 1; 0: none does.
struct Faults {
  std::uint32_t model_call = 0;
  std::uint32_t create = 0;
  std::uint32_t lincomb = 0;
  std::uint32_t noise = 0;
  ks_status status = KS_ERROR;  // what the failing call returns
};

// Of a guider that uses a tensor which it is not given.
inline constexpr const char* kNotThere =
    "a tensor that is not there: `denoised` before the combination, `empty` without needs_empty, "
    "`perturbed` without needs_perturbed, `second` without needs_second, or `negative` at cfg 1 of a "
    "guider that says positive_alone_at_1";

class Host {
 public:
  // What a check sets up, and then calls `sample`.
  Vector sigmas;
  Vector x;
  bool flow = false;
  Denoiser denoiser;
  Denoiser unconditional;  // the denoiser itself where empty
  Noise noise = normal_noise(1);
  std::function<void(const ks_step&)> on_step;
  std::function<void()> on_model_call;
  Faults faults;
  std::uint32_t stop_at_step = 0;
  const NumberFormat* format = nullptr;  // what tensors hold; null: float64
  bool lenient = false;     // notes undeclared calls in `undeclared` instead of refusing them
  std::uint32_t items = 1;  // of the batch: x is [items, channels, height, the rest]
  std::uint32_t channels = 1;
  std::uint32_t height = 1;
  double cfg = 1;                // what the run is told; the denoiser has its own
  bool has_formulas = true;      // offers "ks.expressions/1", "ks.filters/1" and "ks.runs/1"
  bool of_guider = false;        // refuses what a guider may not call
  bool of_noise = false;         // refuses what a noise source may not call
  std::uint32_t extra_size = 0;  // bytes that a newer host's structures have more
  std::function<const ks_run*(const ks_run&)> run_page;  // puts the run elsewhere

  // What it sees afterwards.
  Counters counters;
  std::string message;               // the last error
  std::vector<Counters> at_step;     // the counters at each step
  std::vector<double> noise_sigmas;  // both ends of the interval of each draw
  std::vector<std::string> undeclared;
  bool guards_intact = true;
  std::string changed_input;  // what the sampler wrote to that is not its own; empty: nothing

  Host() = default;
  Host(const Host&) = delete;

  // Runs `sampler` on x. `info` says which calls it may make.
  ks_status sample(ks_sampler& sampler, const ks_sampler_info& info);

  // The run by itself, for tests of the SDK.
  const ks_run* abi();

  // A tensor that holds `values`, of x's size; the host gives it back.
  ks_tensor* hold(Vector values);
  void let_go(ks_tensor* tensor);
  bool has_failed() const { return failed_; }

  // Whether a handle may be used: alive, and of this run; and where the latent's shape is wanted.
  bool knows_any(const ks_tensor* tensor) const;
  bool knows(const ks_tensor* tensor) const;
  bool knows_part(const ks_tensor* tensor) const;   // of KS_SHAPE_...
  bool knows_sized(const ks_tensor* tensor) const;  // of the latent's, or of another height and width

 private:
  struct Calls;            // the functions of the ABI
  struct ExpressionCalls;  // and of ks_expressions
  struct FilterCalls;      // and of ks_filters
  struct RunsCalls;        // and of ks_runs

  ks_status failed(ks_status status);
  ks_status refuse(const char* text);
  ks_status not_theirs(const char* function);
  ks_status undeclared_call(const char* text);
  bool check_intact() const;
  Vector stored(Vector values) const;  // as tensors hold them
  ks_status make_tensor(std::uint32_t shape, std::size_t size, ks_tensor** tensor);
  ks_status make_tensor(const ks_tensor& like, std::size_t size, ks_tensor** tensor);
  std::size_t size_of(std::uint32_t shape) const;
  std::size_t place_in(std::uint32_t shape, std::size_t index) const;
  std::size_t first_of(std::uint32_t shape, std::size_t index) const;
  // The host of a call of ks_expressions or ks_filters, which is counted.
  static Host& in_extension(const ks_run* run);
  void set_expressions();
  void set_filters();
  void set_runs();
  ks_status step_by_heun(const ks_run* run, ks_tensor* noisy, ks_tensor* denoised, const ks_step& step,
                         double sigma_next);
  std::size_t width() const;
  std::pair<std::size_t, std::size_t> size_in_cells(const ks_tensor& tensor) const;  // height, width
  template <typename Body>
  ks_status filter(const char* function, ks_tensor* dst, const ks_tensor* src, const Body& body);

  alignas(16) std::array<std::byte, 256> run_{};    // a ks_run, and what a newer one would have more
  alignas(16) std::array<std::byte, 256> model_{};  // a ks_model_sampling, the same
  alignas(16) std::array<std::byte, 256> ops_{};
  ks_expressions expressions_{};
  ks_filters filters_{};
  ks_runs runs_{};
  ks_task task_{};
  Vector table_;
  const ks_sampler_info* info_ = nullptr;
  ks_tensor* latent_ = nullptr;
  std::vector<std::unique_ptr<ks_tensor>> pool_;
  bool failed_ = false;
};

}  // namespace ksampler::toy

#endif
