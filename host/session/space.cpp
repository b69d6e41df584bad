#include "host/session/space.hpp"

#include "host/session/space_state.hpp"

namespace ksampler {

Space::Space(Memory& memory) : state_(std::make_unique<State>(memory)) {}
Space::~Space() = default;

Memory& Space::memory() const { return state_->memory; }

ks_tensor* Space::create(std::uint32_t shape) {
  State& state = *state_;
  const LatentShape& latent = state.memory.shape();
  RunTensor like{.shape = shape};
  if (shape == KS_SHAPE_LATENT) {
    like.element = state.memory.element();
    like.size = state.memory.size();
    like.height = latent.height;
    like.width = latent.width;
  } else {
    like.size = static_cast<std::size_t>(latent.elements(shape));
  }
  return state.taken_or_made(like);
}

ks_tensor* Space::create_sized(std::int64_t height, std::int64_t width) {
  State& state = *state_;
  const LatentShape& latent = state.memory.shape();
  if (height == latent.height && width == latent.width) return create();
  std::size_t index = 0;
  while (index < state.sizes.size() &&
         (state.sizes[index].height != height || state.sizes[index].width != width)) {
    ++index;
  }
  if (index == state.sizes.size()) {
    if (index == State::kMostSizes) {
      throw Error(Diagnostic::Kind::plugin,
                  sentence("tensors of more than {} sizes in one run", State::kMostSizes));
    }
    state.sizes.push_back({height, width});
    state.free.emplace_back();
  }
  return state.taken_or_made(
      {.element = state.memory.element(),
       .shape = State::kFirstSize + static_cast<std::uint32_t>(index),
       .size = static_cast<std::size_t>(latent.items * latent.channels * height * width),
       .height = height,
       .width = width});
}

ks_tensor* Space::adopt(const RunTensor& tensor) {
  State& state = *state_;
  const std::size_t index = state.empty_slot();
  State::Slot& slot = *state.slots[index];
  slot.tensor = tensor;
  slot.tensor.shape = KS_SHAPE_LATENT;
  slot.own = false;
  return state.take(index);
}

void Space::release(ks_tensor* handle) {
  State& state = *state_;
  if (state.find_any(handle) == nullptr) return;
  const std::size_t index = Ticket::of(handle).slot;
  State::Slot& slot = *state.slots[index];
  slot.taken = false;
  slot.life = (slot.life + 1) % Ticket::kLives;
  if (slot.own) {
    state.free[slot.tensor.shape].push_back(index);
    return;
  }
  slot.tensor = {};
  state.empty.push_back(index);
}

RunTensor* Space::find(const ks_tensor* handle) const {
  return const_cast<RunTensor*>(state_->find(handle));
}

RunTensor* Space::find_sized(const ks_tensor* handle) const {
  return const_cast<RunTensor*>(state_->find_sized(handle));
}

std::uint64_t Space::allocations() const { return state_->allocations; }
std::uint64_t Space::lincomb_bytes() const { return state_->lincomb_bytes; }
std::uint64_t Space::lincomb_count() const { return state_->lincomb_count; }

}  // namespace ksampler
