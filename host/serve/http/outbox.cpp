#include "host/serve/http/outbox.hpp"

#include <utility>

namespace ksampler {
namespace {

constexpr std::size_t kOverhead = 128;  // of a message in a list, about

std::size_t cost(const Outbox::Message& message) {
  return message.data.size() + message.slot.size() + kOverhead;
}

}  // namespace

void Outbox::send_text(std::string text, std::string slot) {
  add({std::move(text), true, std::move(slot)});
}

void Outbox::send_binary(std::string bytes, std::string slot) {
  add({std::move(bytes), false, std::move(slot)});
}

void Outbox::close() {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  closed_ = true;
  wake();
}

// The newest of a slot stands last, not where the one stood that it replaces: messages stay in their
// order.
void Outbox::add(Message message) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  if (const auto old = slots_.find(message.slot); old != slots_.end()) {
    bytes_ -= cost(*old->second);
    messages_.erase(old->second);
    slots_.erase(old);
  }
  if (bytes_ > most_) {
    drop_all();
    closed_ = full_ = true;
    woken_ = false;  // who is in the middle of sending hears of it, too
    return wake();
  }
  bytes_ += cost(message);
  messages_.push_back(std::move(message));
  if (!messages_.back().slot.empty()) slots_[messages_.back().slot] = std::prev(messages_.end());
  wake();
}

std::optional<Outbox::Message> Outbox::take() {
  const std::lock_guard lock(mutex_);
  if (messages_.empty()) {
    woken_ = false;
    return std::nullopt;
  }
  Message message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= cost(message);
  if (!message.slot.empty()) slots_.erase(message.slot);
  return message;
}

bool Outbox::is_closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

bool Outbox::is_full() const {
  const std::lock_guard lock(mutex_);
  return full_;
}

void Outbox::end() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wake_ = nullptr;
  drop_all();
}

void Outbox::wake() {
  if (woken_ || !wake_) return;
  woken_ = true;
  wake_();
}

void Outbox::drop_all() {
  slots_.clear();
  messages_.clear();
  bytes_ = 0;
}

}  // namespace ksampler
