// Takes a fuzzer's bytes apart. Where they run out, everything is zero.
#ifndef KSAMPLER_TESTS_FUZZ_INPUT_HPP
#define KSAMPLER_TESTS_FUZZ_INPUT_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

namespace ksampler::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

  bool empty() const { return left_.empty(); }

  template <typename T>
  T take() {
    T value{};
    const auto bytes = take_bytes(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
    return value;
  }
  std::uint8_t byte() { return take<std::uint8_t>(); }
  std::uint32_t below(std::uint32_t limit) { return byte() % limit; }
  std::span<const std::uint8_t> take_bytes(std::size_t count) {
    const auto taken = left_.first(std::min(count, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }

  // Mostly numbers at which something may go wrong.
  double number() {
    using Limits = std::numeric_limits<double>;
    constexpr double special[] = {0.0,
                                  -0.0,
                                  1.0,
                                  -1.0,
                                  0.5,
                                  14.6,
                                  1e-30,
                                  1e-320,
                                  3e38,
                                  1e39,
                                  1e308,
                                  -1e308,
                                  Limits::infinity(),
                                  -Limits::infinity(),
                                  Limits::quiet_NaN()};
    const std::uint8_t kind = byte();
    if (kind < std::size(special)) return special[kind];
    return kind < 128 ? kind / 8.0 : take<double>();
  }

 private:
  std::span<const std::uint8_t> left_;
};

}  // namespace ksampler::fuzz

#endif
