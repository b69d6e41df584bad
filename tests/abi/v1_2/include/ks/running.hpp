// SPDX-License-Identifier: Apache-2.0
//
// The C++ side of what accompanies a run: a guider or a noise source, made once, whose state begins
// anew with each run. See ks/guider.hpp and ks/noise.hpp. \since 1.1
#ifndef KS_RUNNING_HPP
#define KS_RUNNING_HPP

#include <ks/plugin.hpp>
#include <ks/run.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ks::detail {

// The parameters of a T, and what there is of it during a run.
template <typename T>
class Running {
 public:
  void begin(const ks_run* run) {
    end();
    run_.emplace(run);
    object_.emplace();
    ParamList<T>::set(*object_, values_.data());
    if constexpr (requires { object_->begin(*run_); }) object_->begin(*run_);
  }
  void end() {
    object_.reset();
    run_.reset();
  }
  // During a run.
  const Run& run() const { return *run_; }
  T& object() { return *object_; }

  void set(const ks_value* values) {
    values_.assign(values, values + ParamList<T>::count);
    lists_.resize(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (values_[i].count == 0) continue;
      lists_[i].assign(values_[i].numbers, values_[i].numbers + values_[i].count);
      values_[i].numbers = lists_[i].data();
    }
  }

 private:
  std::vector<ks_value> values_;
  std::vector<std::vector<double>> lists_;
  std::optional<Run> run_;
  std::optional<T> object_;
};

// Behind the C object that the host holds.
template <typename T, typename Object>
struct BoxedRunning : Object {
  Running<T> running;

  static Running<T>& of(Object* object) { return static_cast<BoxedRunning*>(object->self)->running; }

  template <typename Body>
  static ks_status inside(const ks_run* run, Body&& body) {
    return contained([run](const char* message) { run->set_error(run, message); }, body);
  }

  // `base` has the function that puts a question.
  static ks_status make(const ks_host* host, const ks_value* values, std::uint32_t count, Object base,
                        Object** object) {
    if (count != ParamList<T>::count || object == nullptr) return KS_INVALID_ARGUMENT;
    return contained([host](const char* message) { host->set_error(host, message); },
                     [&] {
                       auto boxed = std::make_unique<BoxedRunning>();
                       static_cast<Object&>(*boxed) = base;
                       boxed->size = sizeof(Object);
                       boxed->self = boxed.get();
                       boxed->begin = [](Object* self, const ks_run* run) {
                         return inside(run, [&] { of(self).begin(run); });
                       };
                       boxed->end = [](Object* self, const ks_run*) { of(self).end(); };
                       boxed->destroy = [](Object* self) {
                         delete static_cast<BoxedRunning*>(self->self);
                       };
                       boxed->running.set(values);
                       *object = boxed.release();
                     });
  }
};

}  // namespace ks::detail

#endif
