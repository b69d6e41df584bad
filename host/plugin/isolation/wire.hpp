// What the host and an isolated plugin say to each other: messages over a socket, of a call and plain
// values. The other side may be hostile: what is read is checked, and only handles and scalars are in
// it.
#ifndef KSAMPLER_PLUGIN_ISOLATION_WIRE_HPP
#define KSAMPLER_PLUGIN_ISOLATION_WIRE_HPP

#include "host/plugin/calls.hpp"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ksampler::isolation {

enum class Call : std::uint32_t {
  // From the host.
  make_sampler,    // id, values                       -> done or failed
  make_scheduler,  // id, values                       -> done or failed
  make_guider,     // id, values                       -> done or failed
  make_noise,      // id, values                       -> done or failed
  sample,          // sigmas, model, x                 -> finished
  schedule,        // steps, model                     -> finished
  begin_guiding,   // the run                          -> finished
  guide,           // the question                     -> finished
  end_guiding,     //                                  -> finished
  begin_shaping,   // the run                          -> finished
  shape,           // the draw                         -> finished
  end_shaping,     //                                  -> finished
  reply,           // what a call of the plugin gives: a status, and its results
  // From the plugin, without a reply.
  done,
  failed,    // a sentence
  finished,  // status, what it threw
  log,       // level, a line
// From the plugin: the calls of the ABI, with a reply where they return something. arguments.hpp says
// what crosses.
#define KSAMPLER_ROW(owner, function, ...) owner##_##function,
  KSAMPLER_ABI_CALLS(KSAMPLER_ROW)
#undef KSAMPLER_ROW
};
inline constexpr std::uint32_t kCallCount = static_cast<std::uint32_t>(Call::log) + 1
#define KSAMPLER_ROW(...) +1
                                            KSAMPLER_ABI_CALLS(KSAMPLER_ROW);
#undef KSAMPLER_ROW

// The number of a row of the table.
template <typename Row>
inline constexpr Call call_of = Call::reply;
#define KSAMPLER_ROW(owner, function, ...) \
  template <>                              \
  inline constexpr Call call_of<calls::owner##_##function> = Call::owner##_##function;
KSAMPLER_ABI_CALLS(KSAMPLER_ROW)
#undef KSAMPLER_ROW

const char* name_of(Call call);

// The other side sent what makes no sense.
struct BadMessage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Longer ones are refused unread: 16 MB hold a million sigmas.
inline constexpr std::uint32_t kLongestMessage = 16u << 20;

class Message {
 public:
  explicit Message(Call call) : bytes_(8) { std::memcpy(bytes_.data() + 4, &call, 4); }

  template <typename T>
  Message& put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    return append(&value, sizeof value);
  }
  template <typename T>
  Message& put_list(std::span<const T> values) {
    put(static_cast<std::uint32_t>(values.size()));
    return append(values.data(), values.size_bytes());
  }
  Message& put_text(std::string_view text) { return put_list(std::span<const char>(text)); }

  // The whole, with its length at the front.
  std::span<const std::byte> framed() const {
    const auto size = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &size, 4);
    return bytes_;
  }

 private:
  Message& append(const void* from, std::size_t size) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + size);
    if (size > 0) std::memcpy(bytes_.data() + at, from, size);
    return *this;
  }

  mutable std::vector<std::byte> bytes_;  // the length is put in last
};

// Reads a message in the order in which it was put. Throws BadMessage where it is too short.
class Received {
 public:
  Received() = default;
  Received(Call call, std::span<const std::byte> bytes) : call_(call), left_(bytes) {}

  Call call() const { return call_; }

  template <typename T>
  T get() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  template <typename T>
  std::vector<T> get_list() {
    const std::size_t count = get<std::uint32_t>();
    if (count > left_.size() / sizeof(T)) throw BadMessage("a list is longer than its message");
    std::vector<T> values(count);
    const auto bytes = take(count * sizeof(T));
    if (count > 0) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  std::string get_text() {
    const std::vector<char> text = get_list<char>();
    return {text.begin(), text.end()};
  }

 private:
  std::span<const std::byte> take(std::size_t count) {
    if (count > left_.size()) throw BadMessage("a message is too short");
    const auto taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }

  Call call_ = Call::done;
  std::span<const std::byte> left_;
};

// One end of the socket. Thread rule: one thread at a time.
class Channel {
 public:
  explicit Channel(int descriptor) : descriptor_(descriptor) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  // False where the other side is gone. Throws BadMessage where it did not read for as long as
  // limit_sending() said.
  bool send(const Message& message) { return send(message.framed()); }
  // Of one message or several, each as framed() gives it.
  bool send(std::span<const std::byte> bytes);
  void limit_sending(std::chrono::milliseconds wait);

  enum class Arrival { message, closed, late };
  // Waits for a message; it lasts until the next is received. No limit where `wait` is negative. Throws
  // BadMessage.
  Arrival receive(Received& message, std::chrono::milliseconds wait);

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;  // of what was not read yet
  std::size_t end_ = 0;
};

}  // namespace ksampler::isolation

#endif
