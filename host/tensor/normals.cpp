#include "host/tensor/normals.hpp"

#include "host/tensor/cpu/kernels.hpp"
#include "host/tensor/cpu/mt19937.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstring>
#include <mutex>

namespace ksampler {
namespace {

// Below, LibTorch takes another way (one by one, in float64), which is fast enough.
constexpr std::int64_t kLeast = 16;

// LibTorch counts what is left of a block, and one more: `left_` words come after the next one.
cpu::Mt19937 state_of(const at::mt19937_data_pod& engine) {
  cpu::Mt19937 state;
  std::copy(engine.state_.begin(), engine.state_.end(), state.words);
  state.used = cpu::Mt19937::kWords + 1 - static_cast<std::size_t>(engine.left_);
  return state;
}

void set_state(at::mt19937_data_pod& engine, const cpu::Mt19937& state) {
  std::copy(std::begin(state.words), std::end(state.words), engine.state_.begin());
  engine.left_ = static_cast<int>(cpu::Mt19937::kWords + 1 - state.used);
  engine.next_ = static_cast<std::uint32_t>(state.used);
}

void draw(FastNormals kernel, at::Tensor& out, at::CPUGeneratorImpl& generator) {
  const std::lock_guard lock(generator.mutex_);
  at::mt19937 engine = generator.engine();
  at::mt19937_data_pod data = engine.data();
  cpu::Mt19937 state = state_of(data);
  kernel(state, out.mutable_data_ptr<float>(), static_cast<std::size_t>(out.numel()));
  set_state(data, state);
  engine.set_data(data);
  generator.set_engine(engine);
}

// Two draws, whose sizes leave a group and a block unfinished, in values and in what they leave.
bool draws_as_libtorch(FastNormals kernel) {
  at::Generator theirs = at::detail::createCPUGenerator(20);
  at::Generator ours = at::detail::createCPUGenerator(20);
  for (const std::int64_t size : {8195, 5000}) {
    at::Tensor expected = at::empty({size}, at::kFloat);
    at::Tensor found = at::empty({size}, at::kFloat);
    expected.normal_(0, 1, theirs);
    draw(kernel, found, *at::check_generator<at::CPUGeneratorImpl>(ours));
    if (std::memcmp(expected.const_data_ptr(), found.const_data_ptr(), expected.nbytes()) != 0)
      return false;
  }
  return at::check_generator<at::CPUGeneratorImpl>(ours)->random64() ==
         at::check_generator<at::CPUGeneratorImpl>(theirs)->random64();
}

}  // namespace

FastNormals fast_normals() {
  static const FastNormals chosen = [] {
    const FastNormals kernel = cpu::kernels().normals;
    return kernel != nullptr && draws_as_libtorch(kernel) ? kernel : nullptr;
  }();
  return chosen;
}

void draw_normals(at::Tensor& out, at::Generator& generator) {
  const FastNormals kernel = out.numel() < kLeast ? nullptr : fast_normals();
  if (kernel == nullptr) {
    out.normal_(0, 1, generator);
    return;
  }
  draw(kernel, out, *at::check_generator<at::CPUGeneratorImpl>(generator));
}

void draw_seeded_normals(at::Tensor& out, std::uint32_t seed) {
  const FastNormals kernel = out.numel() < kLeast ? nullptr : fast_normals();
  if (kernel == nullptr) {
    out.normal_(0, 1, at::detail::createCPUGenerator(seed));
    return;
  }
  cpu::Mt19937 state;
  state.seed(seed);
  kernel(state, out.mutable_data_ptr<float>(), static_cast<std::size_t>(out.numel()));
}

}  // namespace ksampler
