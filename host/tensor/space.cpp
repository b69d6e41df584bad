#include "host/tensor/space.hpp"

#include "host/tensor/space_state.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/util/Exception.h>

#include <utility>

namespace ksampler {

TensorSpace::TensorSpace(const at::Tensor& prototype) : state_(std::make_unique<State>(prototype)) {}
TensorSpace::~TensorSpace() = default;

ks_tensor* TensorSpace::create(std::uint32_t shape) {
  State& state = *state_;
  std::vector<std::size_t>& free = state.free.at(shape);
  if (!free.empty()) {
    const std::size_t index = free.back();
    free.pop_back();
    return state.take(index);
  }
  at::Tensor made = shape == KS_SHAPE_LATENT ? at::empty_like(state.prototype)
                                             : at::empty(state.shape.sizes(shape),
                                                         state.prototype.options().dtype(at::kFloat));
  ++state.allocations;
  const std::size_t index = state.empty_slot();
  State::Slot& slot = *state.slots[index];
  slot.tensor = std::move(made);
  slot.data = slot.tensor.mutable_data_ptr();
  slot.own = true;
  slot.shape = shape;
  return state.take(index);
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

std::uint64_t TensorSpace::allocations() const { return state_->allocations; }
std::uint64_t TensorSpace::lincomb_bytes() const { return state_->lincomb_bytes; }
std::uint64_t TensorSpace::lincomb_count() const { return state_->lincomb_count; }

}  // namespace ksampler
