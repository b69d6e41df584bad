// A sampler that makes the calls that a fuzzer's bytes say: in any order, with handles that are right,
// released, null or no handles at all, and with numbers of all kinds.
#ifndef KSAMPLER_TESTS_FUZZ_ABI_CALLS_HPP
#define KSAMPLER_TESTS_FUZZ_ABI_CALLS_HPP

#include "tests/fuzz/input.hpp"

#include <ks/ks.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace ksampler::fuzz {

// What no input may bring about.
#define KSAMPLER_FUZZ_EXPECT(condition) \
  if (!(condition)) std::abort()

class AbiCalls {
 public:
  explicit AbiCalls(Input input)
      : input_(input),
        abi_{.size = sizeof(ks_sampler),
             .reserved = 0,
             .self = this,
             .sample = &sample,
             .destroy = nullptr} {}

  ks_sampler* sampler() { return &abi_; }
  std::uint32_t calls() const { return calls_; }

 private:
  static ks_status sample(ks_sampler* sampler, const ks_run* run, ks_tensor* x) {
    return static_cast<AbiCalls*>(sampler->self)->run_all(run, x);
  }

  ks_status run_all(const ks_run* run, ks_tensor* x) {
    handles_ = {x, nullptr};
    ks_status status = KS_OK;
    // Calls go on after one that failed: a bad plugin's do.
    for (calls_ = 0; calls_ < kMostCalls && !input_.empty(); ++calls_) {
      status = one(run);
      KSAMPLER_FUZZ_EXPECT(status >= KS_OK && status <= KS_UNSUPPORTED);
    }
    return input_.below(4) == 0 ? status : KS_OK;
  }

  ks_tensor* handle() {
    const std::uint8_t which = input_.byte();
    if (which < 250) return handles_[which % handles_.size()];
    return reinterpret_cast<ks_tensor*>(input_.take<std::uintptr_t>());
  }

  ks_status one(const ks_run* run) {
    const ks_tensor_ops& ops = *run->tensors;
    switch (input_.below(12)) {
      case 0: {
        ks_tensor* made = nullptr;
        const ks_status status = ops.create(run, input_.below(32) == 0 ? nullptr : &made);
        if (made != nullptr) handles_.push_back(made);
        return status;
      }
      case 1:
        ops.release(run, handle());  // which stays in the list
        return KS_OK;
      case 2:
      case 3:
        return lincomb(run, ops);
      case 4: {
        double result = 0;
        ks_tensor* const tensor = handle();
        return ops.norm(run, tensor, input_.below(32) == 0 ? nullptr : &result);
      }
      case 5: {
        double result = 0;
        ks_tensor *const low = handle(), *const high = handle(), *const previous = handle();
        const double atol = input_.number(), rtol = input_.number();
        return ops.error_norm(run, low, high, previous, atol, rtol,
                              input_.below(32) == 0 ? nullptr : &result);
      }
      case 6: {
        ks_tensor *const x = handle(), *const denoised = handle();
        return run->denoise(run, x, input_.number(), denoised);
      }
      case 7: {
        ks_tensor *const x = handle(), *const denoised = handle(), *const unconditional = handle();
        return run->denoise_split(run, x, input_.number(), denoised, unconditional);
      }
      case 8: {
        ks_tensor* const noise = handle();
        const double sigma = input_.number(), sigma_next = input_.number();
        return run->noise(run, sigma, sigma_next, noise);
      }
      case 9: {
        const ks_step step = {sizeof(ks_step), input_.take<std::uint32_t>(), input_.number(), handle(),
                              handle()};
        return run->step(run, input_.below(32) == 0 ? nullptr : &step);
      }
      case 10: {
        const auto text = input_.take_bytes(input_.byte());
        run->set_error(run, text.empty() ? nullptr : std::string(text.begin(), text.end()).c_str());
        return KS_OK;
      }
      default:
        KSAMPLER_FUZZ_EXPECT(run->extension(run, input_.below(4) == 0 ? nullptr : "ks.nothing/1") ==
                             nullptr);
        return KS_OK;
    }
  }

  ks_status lincomb(const ks_run* run, const ks_tensor_ops& ops) {
    ks_tensor* const dst = handle();
    std::vector<double> coefficients(input_.below(12));
    std::vector<ks_tensor*> terms(coefficients.size());
    for (double& coefficient : coefficients) coefficient = input_.number();
    for (ks_tensor*& term : terms) term = handle();
    const std::uint32_t without = input_.below(32);
    return ops.lincomb(run, dst, static_cast<std::uint32_t>(terms.size()),
                       without == 0 ? nullptr : coefficients.data(),
                       without == 1 ? nullptr : terms.data());
  }

  static constexpr std::uint32_t kMostCalls = 256;

  Input input_;
  ks_sampler abi_;
  std::vector<ks_tensor*> handles_;
  std::uint32_t calls_ = 0;
};

}  // namespace ksampler::fuzz

#endif
