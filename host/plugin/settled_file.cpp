#include "host/plugin/settled_file.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/plugin/read_file.hpp"

#include <array>
#include <charconv>
#include <thread>

namespace ksampler {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

std::string seconds_text(std::chrono::milliseconds time) {
  return sentence("{}.{} s", time.count() / 1000, time.count() % 1000 / 100);
}

std::uint64_t hash_of(std::span<const std::byte> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : bytes) {
    hash ^= static_cast<std::uint64_t>(byte);
    hash *= 0x100000001b3;
  }
  return hash;
}

std::string hash_text(std::uint64_t hash) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
  const std::string text(digits.data(), end);
  return std::string(digits.size() - text.size(), '0') + text;
}

SettledFile read_settled(const std::filesystem::path& file, std::chrono::milliseconds quiet,
                         std::chrono::milliseconds patience) {
  const auto look = [&] {
    SettledFile seen;
    seen.stamp = stamp_of(file).value_or(FileStamp{});
    seen.bytes = read_file(file);
    seen.hash = hash_of(seen.bytes);
    return seen;
  };
  const auto end = Clock::now() + patience;
  SettledFile last = look();
  while (true) {
    std::this_thread::sleep_for(quiet);
    SettledFile now = look();
    if (now.stamp == last.stamp && now.hash == last.hash) return now;
    if (Clock::now() > end) {
      throw Error(Place{file.string()}, "is still being written after " + seconds_text(patience));
    }
    last = std::move(now);
  }
}

}  // namespace ksampler
