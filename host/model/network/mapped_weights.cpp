#include "host/model/network/mapped_weights.hpp"

#include "host/base/error.hpp"
#include "host/base/memory.hpp"
#include "host/base/sentence.hpp"
#include "host/files/mapped_file.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace ksampler {
namespace {

std::span<const std::byte> bytes_of(const at::Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()};
}

// Of the limit: for what grows without a weight being used.
constexpr std::uint64_t kSpare = 32;

class MappedWeights : public WeightPlace {
 public:
  MappedWeights(std::uint64_t limit, ResidentMemory memory)
      : limit_(limit), memory_(std::move(memory)) {}

  void fetch(std::size_t index, const at::Tensor& in_file, bool /*stays*/) override {
    if (index >= here_.size()) here_.resize(index + 1);
    here_[index] = in_file;
    read_pages_ahead(bytes_of(in_file));
  }
  at::Tensor get(std::size_t index) override {
    memory_.begin();
    return here_[index];
  }
  void let_go(std::size_t index) override { let_go_of(std::exchange(here_[index], {})); }

  std::uint64_t buffers() const override { return 1; }  // what is read ahead is in the system's cache

  std::uint64_t room(std::uint64_t here, std::uint64_t largest) override {
    const std::uint64_t highest = memory_.highest();
    rest_ = std::max(rest_, highest - std::min(here, highest));
    if (rest_ + largest > limit_) refuse(largest);
    return first_pass_ ? 0 : limit_ - rest_ - std::min(limit_ - rest_, limit_ / kSpare);
  }

  void pass_begins(bool first) override {
    first_pass_ = first;
    if (!first) return;
    rest_ = 0;
    return_freed_memory();  // of what was computed before, which was perhaps larger
  }

 private:
  [[noreturn]] void refuse(std::uint64_t largest) const {
    constexpr double kMega = 1 << 20;  // as --memory reads it
    throw Error(
        Diagnostic::Kind::out_of_memory,
        sentence("the limit of {:.0f} MB (--memory) is too low: without any weights, the program "
                 "takes {:.0f} MB, and the largest weight is {:.0f} MB; expected a limit well "
                 "above {:.0f} MB, or a smaller picture or batch",
                 static_cast<double>(limit_) / kMega, static_cast<double>(rest_) / kMega,
                 static_cast<double>(largest) / kMega,
                 static_cast<double>(rest_ + largest) / kMega * (kSpare + 1) / kSpare));
  }

  std::uint64_t limit_;
  ResidentMemory memory_;
  std::uint64_t rest_ = 0;  // the most that was no weight
  bool first_pass_ = true;
  std::vector<at::Tensor> here_;
};

}  // namespace

ResidentMemory process_memory() {
  return {.begin = [] { begin_resident_peak(); }, .highest = [] { return resident_peak(); }};
}

std::unique_ptr<WeightPlace> mapped_weights(std::uint64_t limit, ResidentMemory memory) {
  return std::make_unique<MappedWeights>(limit, std::move(memory));
}

void let_go_of(const at::Tensor& in_file) { let_go_of_pages(bytes_of(in_file)); }

}  // namespace ksampler
