// SPDX-License-Identifier: Apache-2.0
//
// What a multistep method remembers of the steps before.
#ifndef KS_HISTORY_HPP
#define KS_HISTORY_HPP

#include <cstddef>
#include <deque>
#include <utility>

namespace ks {

// The last `capacity` values: [0] is the newest, [1] the one before it.
template <typename T>
class History {
 public:
  explicit History(std::size_t capacity) : capacity_(capacity) {}

  // Adds a value and forgets the oldest where there are more than the capacity.
  void push(T value) {
    values_.push_front(std::move(value));
    if (values_.size() > capacity_) values_.pop_back();
  }

  // The value pushed last, to be changed.
  T& newest() { return values_.front(); }

  std::size_t size() const { return values_.size(); }
  // The value pushed `age` pushes before the newest.
  const T& operator[](std::size_t age) const { return values_[age]; }

 private:
  std::size_t capacity_;
  std::deque<T> values_;
};

}  // namespace ks

#endif
