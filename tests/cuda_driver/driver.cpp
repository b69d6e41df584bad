// A stand-in for CUDA's driver library, for tests: the functions that host/cuda calls, on main memory
// that is kept apart, with the kernels compiled for the CPU. What is put on a stream runs in its order,
// when somebody waits for it or asks how far it is.
#include "tests/cuda_driver/device.hpp"
#include "tests/cuda_driver/kernels.hpp"

#include <array>
#include <cstdlib>
#include <type_traits>
#include <utility>
#include <vector>

#define EXPORTED extern "C" __attribute__((visibility("default")))
// Each function of the driver: counted, behind the lock, and failing where a test says so.
#define BEGIN_CALL(name)                 \
  State& all = state();                  \
  const std::lock_guard lock(all.mutex); \
  static_cast<void>(all);                \
  if (const int failed = called(name); failed != kOk) return failed

namespace ksampler::test {
namespace {

thread_local Context* current = nullptr;

// A kernel by its name: how large its parameters are, and one thread of it.
struct Kernel {
  const char* name;
  std::vector<std::size_t> sizes;
  std::function<void(void** parameters)> run;
};

template <typename... Parameters, std::size_t... Places>
Kernel kernel_at(const char* name, void (*function)(Parameters...), std::index_sequence<Places...>) {
  return {name, {sizeof(Parameters)...}, [function](void** given) {
            function(*static_cast<std::remove_cv_t<Parameters>*>(given[Places])...);
          }};
}

template <typename... Parameters>
Kernel kernel(const char* name, void (*function)(Parameters...)) {
  return kernel_at(name, function, std::index_sequence_for<Parameters...>());
}

const Kernel* kernel_of(const std::string& name) {
  static const std::array kernels = {
      kernel("lincomb_float32_few", device::lincomb_float32_few),
      kernel("lincomb_float16_few", device::lincomb_float16_few),
      kernel("lincomb_bfloat16_few", device::lincomb_bfloat16_few),
      kernel("lincomb_float32_many", device::lincomb_float32_many),
      kernel("lincomb_float16_many", device::lincomb_float16_many),
      kernel("lincomb_bfloat16_many", device::lincomb_bfloat16_many),
      kernel("formula_float32", device::formula_float32),
      kernel("formula_float16", device::formula_float16),
      kernel("formula_bfloat16", device::formula_bfloat16),
      kernel("reduce_formula", device::reduce_formula),
      kernel("fold_parts", device::fold_parts),
      kernel("finish_reduction", device::finish_reduction),
      kernel("multiply_planes", device::multiply_planes),
      kernel("count_digits", device::count_digits),
      kernel("choose_digit", device::choose_digit),
      kernel("least_above", device::least_above),
      kernel("finish_quantile", device::finish_quantile),
  };
  for (const Kernel& one : kernels) {
    if (name == one.name) return &one;
  }
  return nullptr;
}

// Machine code, PTX, or what the stand-in for NVRTC makes: up to its end.
std::string image_at(const void* image) {
  const auto* const bytes = static_cast<const char*>(image);
  if (std::memcmp(bytes, "\177ELF", 4) != 0) return bytes;
  std::uint64_t sections = 0;
  std::uint16_t size = 0, count = 0;
  std::memcpy(&sections, bytes + 0x28, sizeof sections);
  std::memcpy(&size, bytes + 0x3a, sizeof size);
  std::memcpy(&count, bytes + 0x3c, sizeof count);
  return {bytes, sections + std::uint64_t{size} * count};
}

// The stream of a handle, in the current context; null: an error.
Stream* stream_of(void* handle, int& result) {
  State& all = state();
  result = kInvalidContext;
  if (current == nullptr || current->held == 0) return nullptr;
  if (handle == nullptr) return &all.defaults[current->device];
  auto* const stream = static_cast<Stream*>(handle);
  result = kInvalidHandle;
  return all.streams.contains(stream) && stream->device == current->device ? stream : nullptr;
}

void* pointer_of(std::uint64_t address) {
  return reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
}

void free_block(void* data) {
  if (!state().memory.free(data)) state().fault("freed what is no block of the device's memory");
}

}  // namespace
}  // namespace ksampler::test

using namespace ksampler::test;

EXPORTED int cuInit(unsigned) {
  BEGIN_CALL("cuInit");
  return kOk;
}

EXPORTED int cuGetErrorString(int result, const char** text) {
  BEGIN_CALL("cuGetErrorString");
  static const std::map<int, const char*> texts = {
      {kInvalidValue, "invalid argument"},         {kNoMemory, "out of memory"},
      {kInvalidDevice, "invalid device ordinal"},  {kInvalidImage, "device kernel image is invalid"},
      {kInvalidContext, "invalid device context"}, {kInvalidHandle, "invalid resource handle"},
      {kNotFound, "named symbol not found"},       {719, "unspecified launch failure"}};
  const auto found = texts.find(result);
  *text = found == texts.end() ? nullptr : found->second;
  return found == texts.end() ? kInvalidValue : kOk;
}

EXPORTED int cuDeviceGet(int* device, int number) {
  BEGIN_CALL("cuDeviceGet");
  if (number < 0 || number > 1) return kInvalidDevice;
  *device = number;
  return kOk;
}

EXPORTED int cuDeviceGetAttribute(int* value, int attribute, int device) {
  BEGIN_CALL("cuDeviceGetAttribute");
  if (device < 0 || device > 1) return kInvalidDevice;
  switch (attribute) {
    case 16:  // multiprocessors: so few that threads take more than one element
      *value = 1;
      return kOk;
    case 75:
      *value = all.major;
      return kOk;
    case 76:
      *value = all.minor;
      return kOk;
    case 115:
      *value = all.pools ? 1 : 0;
      return kOk;
    default:
      return kInvalidValue;
  }
}

EXPORTED int cuDevicePrimaryCtxRetain(Context** context, int device) {
  BEGIN_CALL("cuDevicePrimaryCtxRetain");
  if (device < 0 || device > 1) return kInvalidDevice;
  *context = &all.contexts[device];
  ++(*context)->held;
  return kOk;
}

EXPORTED int cuDevicePrimaryCtxRelease_v2(int device) {
  BEGIN_CALL("cuDevicePrimaryCtxRelease_v2");
  if (device < 0 || device > 1 || all.contexts[device].held == 0) return kInvalidContext;
  --all.contexts[device].held;
  return kOk;
}

EXPORTED int cuCtxGetCurrent(Context** context) {
  BEGIN_CALL("cuCtxGetCurrent");
  *context = current;
  return kOk;
}

EXPORTED int cuCtxSetCurrent(Context* context) {
  BEGIN_CALL("cuCtxSetCurrent");
  current = context;
  return kOk;
}

EXPORTED int cuModuleLoadData(Loaded** module, const void* image) {
  BEGIN_CALL("cuModuleLoadData");
  if (current == nullptr) return kInvalidContext;
  const std::string text = image_at(image);
  const bool known = text.starts_with("\177ELF") || text.find(".version") != std::string::npos ||
                     text.starts_with("stand-in");
  if (!known) return kInvalidImage;
  *module = new Loaded{text, current->device};
  all.modules.insert(*module);
  return kOk;
}

EXPORTED int cuModuleUnload(Loaded* module) {
  BEGIN_CALL("cuModuleUnload");
  if (all.modules.erase(module) == 0) return kInvalidHandle;
  delete module;
  return kOk;
}

EXPORTED int cuModuleGetFunction(Function** function, Loaded* module, const char* name) {
  BEGIN_CALL("cuModuleGetFunction");
  if (!all.modules.contains(module)) return kInvalidHandle;
  if (module->image.find(name) == std::string::npos || kernel_of(name) == nullptr) return kNotFound;
  auto& made = all.functions[std::to_string(module->device) + name];
  if (made == nullptr) made = std::make_unique<Function>(Function{name, module->device});
  *function = made.get();
  return kOk;
}

EXPORTED int cuLaunchKernel(Function* function, unsigned blocks, unsigned grid_y, unsigned grid_z,
                            unsigned threads, unsigned block_y, unsigned block_z, unsigned shared,
                            void* stream_handle, void** parameters, void** extra) {
  BEGIN_CALL("cuLaunchKernel");
  int result = kOk;
  Stream* const stream = stream_of(stream_handle, result);
  if (stream == nullptr) return result;
  const bool plain_launch = grid_y == 1 && grid_z == 1 && block_y == 1 && block_z == 1 && shared == 0;
  if (blocks == 0 || threads == 0 || threads > 1024 || !plain_launch || extra != nullptr) {
    return kInvalidValue;
  }
  if (function->device != current->device) return kInvalidHandle;
  const Kernel& kernel = *kernel_of(function->name);
  // By value, as the driver takes them.
  auto values = std::make_shared<std::vector<std::vector<std::max_align_t>>>();
  for (std::size_t i = 0; i < kernel.sizes.size(); ++i) {
    const std::size_t words =
        (kernel.sizes[i] + sizeof(std::max_align_t) - 1) / sizeof(std::max_align_t);
    values->emplace_back(words);
    std::memcpy(values->back().data(), parameters[i], kernel.sizes[i]);
  }
  all.put_on(*stream, [&kernel, values, blocks, threads] {
    std::vector<void*> given;
    for (auto& value : *values) given.push_back(value.data());
    for_each_thread(blocks, threads, [&] { kernel.run(given.data()); });
  });
  return kOk;
}

EXPORTED int cuMemsetD8Async(std::uint64_t target, unsigned char value, std::size_t bytes,
                             void* stream_handle) {
  BEGIN_CALL("cuMemsetD8Async");
  int result = kOk;
  Stream* const stream = stream_of(stream_handle, result);
  if (stream == nullptr) return result;
  void* const data = pointer_of(target);
  if (!all.memory.holds(data, bytes)) return kInvalidValue;
  all.put_on(*stream, [=] { std::memset(data, value, bytes); });
  return kOk;
}

EXPORTED int cuMemAllocAsync(std::uint64_t* made, std::size_t bytes, void* stream_handle) {
  BEGIN_CALL("cuMemAllocAsync");
  int result = kOk;
  if (!all.pools) return 801;  // not supported
  if (stream_of(stream_handle, result) == nullptr) return result;
  void* const data = bytes == 0 ? nullptr : all.memory.allocate(bytes);
  *made = reinterpret_cast<std::uintptr_t>(data);
  return bytes == 0 ? kInvalidValue : data == nullptr ? kNoMemory : kOk;
}

EXPORTED int cuMemFreeAsync(std::uint64_t target, void* stream_handle) {
  BEGIN_CALL("cuMemFreeAsync");
  int result = kOk;
  Stream* const stream = stream_of(stream_handle, result);
  if (stream == nullptr) return result;
  void* const data = pointer_of(target);
  if (!all.memory.holds(data, 1)) return kInvalidValue;
  all.put_on(*stream, [data] { free_block(data); });
  return kOk;
}

EXPORTED int cuMemAlloc_v2(std::uint64_t* made, std::size_t bytes) {
  BEGIN_CALL("cuMemAlloc_v2");
  if (current == nullptr) return kInvalidContext;
  void* const data = bytes == 0 ? nullptr : all.memory.allocate(bytes);
  *made = reinterpret_cast<std::uintptr_t>(data);
  return bytes == 0 ? kInvalidValue : data == nullptr ? kNoMemory : kOk;
}

EXPORTED int cuMemFree_v2(std::uint64_t target) {
  BEGIN_CALL("cuMemFree_v2");
  if (current == nullptr) return kInvalidContext;
  if (!all.memory.holds(pointer_of(target), 1)) return kInvalidValue;
  ++all.waits;
  all.work_off_all();
  free_block(pointer_of(target));
  return kOk;
}

EXPORTED int cuMemHostAlloc(void** made, std::size_t bytes, unsigned) {
  BEGIN_CALL("cuMemHostAlloc");
  if (current == nullptr) return kInvalidContext;
  *made = std::malloc(bytes);
  all.host_blocks[static_cast<std::byte*>(*made)] = bytes;
  return kOk;
}

EXPORTED int cuMemFreeHost(void* data) {
  BEGIN_CALL("cuMemFreeHost");
  if (all.host_blocks.erase(static_cast<std::byte*>(data)) == 0) return kInvalidValue;
  const auto reads_it = [&](const Stream& stream) {
    for (const Stream::Work& work : stream.work) {
      if (work.reads == data) all.fault("main memory was freed before the device had read it");
    }
  };
  for (const Stream& stream : all.defaults) reads_it(stream);
  for (const Stream* const stream : all.streams) reads_it(*stream);
  std::free(data);
  return kOk;
}

EXPORTED int cuMemcpyHtoDAsync_v2(std::uint64_t target, const void* source, std::size_t bytes,
                                  void* stream_handle) {
  BEGIN_CALL("cuMemcpyHtoDAsync_v2");
  int result = kOk;
  Stream* const stream = stream_of(stream_handle, result);
  if (stream == nullptr) return result;
  void* const data = pointer_of(target);
  if (!all.memory.holds(data, bytes)) return kInvalidValue;
  const auto block =
      all.host_blocks.find(const_cast<std::byte*>(static_cast<const std::byte*>(source)));
  if (block == all.host_blocks.end() || block->second < bytes) {
    all.fault("a copy from main memory that is not the driver's waits for the device");
  }
  all.put_on(
      *stream, [=] { std::memcpy(data, source, bytes); }, source);
  return kOk;
}

EXPORTED int cuMemcpyDtoHAsync_v2(void* target, std::uint64_t source, std::size_t bytes,
                                  void* stream_handle) {
  BEGIN_CALL("cuMemcpyDtoHAsync_v2");
  int result = kOk;
  Stream* const stream = stream_of(stream_handle, result);
  if (stream == nullptr) return result;
  const void* const data = pointer_of(source);
  if (!all.memory.holds(data, bytes)) return kInvalidValue;
  all.put_on(*stream, [=] { std::memcpy(target, data, bytes); });
  return kOk;
}

EXPORTED int cuEventCreate(Event** event, unsigned) {
  BEGIN_CALL("cuEventCreate");
  if (current == nullptr) return kInvalidContext;
  *event = new Event;
  all.events.insert(*event);
  return kOk;
}

EXPORTED int cuEventDestroy_v2(Event* event) {
  BEGIN_CALL("cuEventDestroy_v2");
  if (all.events.erase(event) == 0) return kInvalidHandle;
  delete event;
  return kOk;
}

EXPORTED int cuEventRecord(Event* event, void* stream_handle) {
  BEGIN_CALL("cuEventRecord");
  int result = kOk;
  Stream* const stream = stream_of(stream_handle, result);
  if (stream == nullptr) return result;
  if (!all.events.contains(event)) return kInvalidHandle;
  *event = {stream, stream->put};
  return kOk;
}

EXPORTED int cuEventQuery(Event* event) {
  BEGIN_CALL("cuEventQuery");
  if (!all.events.contains(event)) return kInvalidHandle;
  if (event->stream == nullptr) return kOk;
  if (!all.slow) all.work_off(*event->stream, event->after);
  return event->stream->done >= event->after ? kOk : kNotDone;
}

// A wait that fails tells of work that did: no more of it is to come.
EXPORTED int cuEventSynchronize(Event* event) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  const int failed = called("cuEventSynchronize");
  if (!all.events.contains(event)) return kInvalidHandle;
  ++all.waits;
  if (event->stream != nullptr) all.work_off(*event->stream, event->after);
  return failed;
}

EXPORTED int cuStreamSynchronize(void* stream_handle) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  const int failed = called("cuStreamSynchronize");
  int result = kOk;
  Stream* const stream = stream_of(stream_handle, result);
  if (stream == nullptr) return result;
  ++all.waits;
  all.work_off(*stream);
  return failed;
}

// NVRTC itself asks a driver for tables of its own, and does without.
EXPORTED int cuGetExportTable(const void** table, const void*) {
  *table = nullptr;
  return kNotFound;
}

// ---- for tests

// For the stand-in of NVRTC.
EXPORTED int cuda_driver_called(const char* function) { return called(function); }

EXPORTED const DriverControl* cuda_driver_control() {
  static const DriverControl control = {
      .calls = [](const char* function) { return state().calls[function]; },
      .waits = [] { return state().waits; },
      .forget =
          [] {
            State& all = state();
            all.calls.clear();
            all.failing.clear();
            all.faults.clear();
            all.waits = 0;
          },
      .fail =
          [](const char* function, std::uint64_t number, int result) {
            State& all = state();
            all.failing = function == nullptr ? "" : function;
            all.failing_after = number;
            all.failing_with = result;
          },
      .live =
          [] {
            State& all = state();
            return LiveThings{all.memory.blocks(), all.host_blocks.size(), all.events.size(),
                              all.modules.size(), all.contexts[0].held + all.contexts[1].held};
          },
      .faults = [] { return state().faults.c_str(); },
      .set_slow = [](bool slow) { state().slow = slow; },
      .set_memory_pools = [](bool has) { state().pools = has; },
      .set_capability =
          [](int major, int minor) {
            state().major = major;
            state().minor = minor;
          },
      .new_stream = [](int device) -> void* {
        auto* const stream = new Stream;
        stream->device = device;
        state().streams.insert(stream);
        return stream;
      },
      .free_stream =
          [](void* stream) {
            state().work_off_all();
            state().streams.erase(static_cast<Stream*>(stream));
            delete static_cast<Stream*>(stream);
          },
      .allocate = [](std::size_t bytes) { return state().memory.allocate(bytes); },
      .free = [](void* data) { free_block(data); },
      .put_on =
          [](void* stream, void (*function)(void*), void* context) {
            Stream& of = stream == nullptr ? state().defaults[0] : *static_cast<Stream*>(stream);
            state().put_on(of, [=] { function(context); });
          },
      .finish = [] { state().work_off_all(); },
      .write = [](void* to, const void* from,
                  std::size_t bytes) { state().memory.with([&] { std::memcpy(to, from, bytes); }); },
      .read = [](void* to, const void* from,
                 std::size_t bytes) { state().memory.with([&] { std::memcpy(to, from, bytes); }); },
  };
  return &control;
}
