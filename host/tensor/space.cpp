#include "host/tensor/space.hpp"

#include "host/tensor/space_state.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

#include <utility>

namespace ksampler {

TensorSpace::TensorSpace(const at::Tensor& prototype) : state_(std::make_unique<State>(prototype)) {}
TensorSpace::~TensorSpace() = default;

ks_tensor* TensorSpace::create(std::uint32_t shape) {
  return state_->taken_or_made(shape, [&state = *state_, shape] {
    return shape == KS_SHAPE_LATENT
               ? at::empty_like(state.prototype)
               : at::empty(state.shape.sizes(shape), state.prototype.options().dtype(at::kFloat));
  });
}

ks_tensor* TensorSpace::create_sized(std::int64_t height, std::int64_t width) {
  State& state = *state_;
  const at::Tensor& like = state.prototype;
  TORCH_CHECK(like.dim() == 4, "the latent has no height and width");
  if (height == state.shape.height && width == state.shape.width) return create();
  const auto made = [&] {
    return at::empty({like.size(0), like.size(1), height, width}, like.options());
  };
  std::size_t index = 0;
  while (index < state.sizes.size() &&
         (state.sizes[index].height != height || state.sizes[index].width != width)) {
    ++index;
  }
  if (index == state.sizes.size()) {
    TORCH_CHECK(index < State::kMostSizes, "tensors of more than ", State::kMostSizes,
                " sizes in one run");
    RawLayout layout = state.layout;
    layout.size = static_cast<std::size_t>(like.size(0) * like.size(1) * height * width);
    state.sizes.push_back({height, width, layout});
    state.free.emplace_back();
  }
  return state.taken_or_made(State::kFirstSize + static_cast<std::uint32_t>(index), made);
}

const LatentShape& TensorSpace::shape() const { return state_->shape; }

ks_tensor* TensorSpace::adopt(at::Tensor data) {
  State& state = *state_;
  const at::Tensor& like = state.prototype;
  TORCH_CHECK(data.defined() && data.is_contiguous() && data.scalar_type() == like.scalar_type() &&
                  data.device() == like.device() && data.sizes() == like.sizes(),
              "a tensor for a run: found ", data.toString(), " ", data.sizes(),
              "; expected a contiguous ", like.toString(), " ", like.sizes());
  const std::size_t index = state.empty_slot();
  State::Slot& slot = *state.slots[index];
  slot.tensor = std::move(data);
  slot.data = slot.tensor.mutable_data_ptr();
  slot.own = false;
  slot.shape = KS_SHAPE_LATENT;
  return state.take(index);
}

void TensorSpace::release(ks_tensor* handle) {
  State& state = *state_;
  if (state.find_any(handle) == nullptr) return;
  const std::size_t index = Ticket::of(handle).slot;
  State::Slot& slot = *state.slots[index];
  slot.taken = false;
  slot.life = (slot.life + 1) % Ticket::kLives;
  if (slot.own) {
    state.free[slot.shape].push_back(index);
    return;
  }
  slot.tensor.reset();
  slot.data = nullptr;
  state.empty.push_back(index);
}

at::Tensor* TensorSpace::find(const ks_tensor* handle) const {
  const State::Slot* slot = state_->find(handle);
  return slot == nullptr ? nullptr : &const_cast<State::Slot*>(slot)->tensor;
}

at::Tensor* TensorSpace::find_sized(const ks_tensor* handle) const {
  const State::Slot* slot = state_->find_sized(handle);
  return slot == nullptr ? nullptr : &const_cast<State::Slot*>(slot)->tensor;
}

void* TensorSpace::stream() const {
  const at::Device device = state_->layout.device;
  if (device.is_cpu()) return nullptr;
  return c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle();
}

std::uint64_t TensorSpace::allocations() const { return state_->allocations; }
std::uint64_t TensorSpace::lincomb_bytes() const { return state_->lincomb_bytes; }
std::uint64_t TensorSpace::lincomb_count() const { return state_->lincomb_count; }

}  // namespace ksampler
