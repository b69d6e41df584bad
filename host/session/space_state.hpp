// What is behind a Space: the handles' encoding and the table of slots.
#ifndef KSAMPLER_SESSION_SPACE_STATE_HPP
#define KSAMPLER_SESSION_SPACE_STATE_HPP

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/session/space.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ksampler {

static_assert(sizeof(void*) == 8, "a handle is a number of 64 bits");

// A handle is no address but three numbers, so that one that was released, or that comes from
// elsewhere, is found out without following it: which space (16 bits, never 0), which life of the slot
// (24 bits), which slot (24 bits).
struct Ticket {
  std::uint64_t space, life, slot;

  static constexpr std::uint64_t kSpaces = 1U << 16, kLives = 1U << 24, kSlots = 1U << 24;

  static Ticket of(const ks_tensor* handle) {
    const auto bits = reinterpret_cast<std::uintptr_t>(handle);
    return {bits >> 48, (bits >> 24) % kLives, bits % kSlots};
  }
  ks_tensor* handle() const {
    return reinterpret_cast<ks_tensor*>(space << 48 | life << 24 |
                                        slot);  // NOLINT(performance-no-int-to-ptr)
  }
};

inline std::uint64_t next_space() {
  static std::atomic<std::uint64_t> count{0};
  return count++ % (Ticket::kSpaces - 1) + 1;
}

struct Space::State {
  // Shapes from here on are heights and widths of their own.
  static constexpr std::uint32_t kFirstSize = KS_SHAPE_ITEMS + 1;
  static constexpr std::size_t kMostSizes = 64;

  struct Slot {
    RunTensor tensor;
    std::uint64_t life = 0;
    bool taken = false;
    bool own = false;  // made by create(): its storage is used again
  };

  explicit State(Memory& memory_) : memory(memory_) {}
  ~State() {
    for (const auto& slot : slots) {
      if (slot->own) memory.free(slot->tensor);
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Of any shape. Null for a handle that is not, or no longer, one of this space.
  const RunTensor* find_any(const ks_tensor* handle) const {
    const Ticket ticket = Ticket::of(handle);
    if (ticket.space != space || ticket.slot >= slots.size()) return nullptr;
    const Slot& slot = *slots[ticket.slot];
    return slot.taken && slot.life == ticket.life ? &slot.tensor : nullptr;
  }

  // Of the latent's shape: the others are null.
  const RunTensor* find(const ks_tensor* handle) const {
    const RunTensor* const tensor = find_any(handle);
    return tensor != nullptr && tensor->shape == KS_SHAPE_LATENT ? tensor : nullptr;
  }
  // Or a part of it: KS_SHAPE_...
  const RunTensor* find_part(const ks_tensor* handle) const {
    const RunTensor* const tensor = find_any(handle);
    return tensor != nullptr && tensor->shape < kFirstSize ? tensor : nullptr;
  }
  // Of the latent's shape, or of another height and width.
  const RunTensor* find_sized(const ks_tensor* handle) const {
    const RunTensor* const tensor = find_any(handle);
    const bool fits =
        tensor != nullptr && (tensor->shape == KS_SHAPE_LATENT || tensor->shape >= kFirstSize);
    return fits ? tensor : nullptr;
  }

  ks_tensor* take(std::size_t index) {
    slots[index]->taken = true;
    return Ticket{space, slots[index]->life, index}.handle();
  }

  // A slot without a tensor.
  std::size_t empty_slot() {
    if (!empty.empty()) {
      const std::size_t index = empty.back();
      empty.pop_back();
      return index;
    }
    if (slots.size() >= Ticket::kSlots) {
      throw Error(Diagnostic::Kind::plugin,
                  sentence("more than {} tensors in one run", Ticket::kSlots));
    }
    slots.push_back(std::make_unique<Slot>());
    return slots.size() - 1;
  }

  // A tensor like this one from the free ones, or else a new one.
  ks_tensor* taken_or_made(RunTensor like) {
    std::vector<std::size_t>& unused = free.at(like.shape);
    if (!unused.empty()) {
      const std::size_t index = unused.back();
      unused.pop_back();
      return take(index);
    }
    const std::size_t index = empty_slot();
    Slot& slot = *slots[index];
    try {
      memory.make(like);
    } catch (...) {
      empty.push_back(index);
      throw;
    }
    ++allocations;
    slot.tensor = like;
    slot.own = true;
    return take(index);
  }

  struct Size {
    std::int64_t height = 0;
    std::int64_t width = 0;
  };

  Memory& memory;
  std::uint64_t space = next_space();
  std::vector<std::unique_ptr<Slot>> slots;  // a slot stays where it is: find() hands out its tensor
  // Own storage, to be used again, by its shape; the latest first.
  std::vector<std::vector<std::size_t>> free = std::vector<std::vector<std::size_t>>(kFirstSize);
  std::vector<Size> sizes;
  std::vector<std::size_t> empty;
  std::uint64_t allocations = 0, lincomb_bytes = 0, lincomb_count = 0;

  // Of one lincomb; kept so that none allocates.
  std::vector<float> factors;
  std::vector<const void*> pointers;
  // Of one formula, likewise.
  std::vector<const RunTensor*> terms;
};

}  // namespace ksampler

#endif
