// The stand-in's two devices: their memory, streams, and what is put on them.
#ifndef KSAMPLER_TESTS_CUDA_DRIVER_DEVICE_HPP
#define KSAMPLER_TESTS_CUDA_DRIVER_DEVICE_HPP

#include "tests/cuda_driver/control.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace ksampler::test {

enum Result : int {
  kOk = 0,
  kInvalidValue = 1,
  kNoMemory = 2,
  kInvalidDevice = 101,
  kInvalidImage = 200,
  kInvalidContext = 201,
  kInvalidHandle = 400,
  kNotFound = 500,
  kNotDone = 600,
};

// Main memory that nobody but the device may touch: another access ends the program.
class DeviceMemory {
 public:
  DeviceMemory();
  void* allocate(std::size_t bytes);  // null: it is used up
  // False: there is no such block. What is next to it must be as it was.
  bool free(void* data);
  bool holds(const void* data, std::size_t bytes) const;
  std::size_t blocks() const { return blocks_.size(); }

  // body(), to whom it is open.
  void with(const std::function<void()>& body);

 private:
  std::byte* begin_ = nullptr;
  std::map<std::byte*, std::size_t> blocks_;
  int open_ = 0;
};

struct Context {
  int device = 0;
  std::size_t held = 0;
};

struct Stream {
  int device = 0;
  struct Work {
    std::function<void()> run;
    const void* reads = nullptr;  // main memory
  };
  std::deque<Work> work;
  std::uint64_t put = 0, done = 0;
};

struct Event {
  Stream* stream = nullptr;
  std::uint64_t after = 0;  // so many of its stream
};

struct Loaded {
  std::string image;
  int device = 0;
};

struct Function {
  std::string name;
  int device = 0;
};

// All of it, behind one lock.
struct State {
  std::recursive_mutex mutex;
  DeviceMemory memory;
  Context contexts[2] = {{0, 0}, {1, 0}};
  Stream defaults[2] = {{0, {}, 0, 0}, {1, {}, 0, 0}};
  std::set<Stream*> streams;
  std::set<Event*> events;
  std::set<Loaded*> modules;
  std::map<std::string, std::unique_ptr<Function>> functions;
  std::map<std::byte*, std::size_t> host_blocks;
  std::map<std::string, std::uint64_t> calls;
  std::string failing;
  std::uint64_t failing_after = 0;
  int failing_with = 0;
  std::uint64_t waits = 0;
  std::string faults;
  bool slow = false, pools = true;
  int major = 9, minor = 0;

  void put_on(Stream& stream, std::function<void()> run, const void* reads = nullptr);
  void work_off(Stream& stream, std::uint64_t until);
  void work_off(Stream& stream) { work_off(stream, stream.put); }
  void work_off_all();
  void fault(const std::string& line) { faults += line + "\n"; }
};

State& state();

// Counts a call. What it fails with, where a test says so.
int called(const char* function);

}  // namespace ksampler::test

#endif
