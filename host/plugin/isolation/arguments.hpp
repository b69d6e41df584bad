// How each kind of argument of the ABI's calls crosses between an isolated plugin and its host: handles
// as numbers, all else as plain values. In the child nothing is an address of the host's.
#ifndef KSAMPLER_PLUGIN_ISOLATION_ARGUMENTS_HPP
#define KSAMPLER_PLUGIN_ISOLATION_ARGUMENTS_HPP

#include "host/base/text.hpp"
#include "host/plugin/calls.hpp"
#include "host/plugin/isolation/handles.hpp"
#include "host/plugin/isolation/wire.hpp"

#include <string>
#include <tuple>
#include <vector>

namespace ksampler::isolation {

// A tensor is a number in the child: what a plugin holds is no address of anything.
inline std::uint64_t id_of(const ks_tensor* tensor) { return reinterpret_cast<std::uint64_t>(tensor); }
inline ks_tensor* tensor_of(std::uint64_t id) { return reinterpret_cast<ks_tensor*>(id); }

// What most kinds have in common. The static functions are the child's, the others the host's.
struct OneWay {
  // Otherwise the plugin is told KS_INVALID_ARGUMENT, and nothing is sent.
  template <typename... C>
  static bool acceptable(const C&...) {
    return true;
  }
  // What the answer to a call that went well gives.
  template <typename... C>
  static void take(Received&, const C&...) {}

  // A reason not to make the call.
  ks_status refusal() const { return KS_OK; }
  // What follows the status in the reply, where there is one. Called whatever the status.
  void answer(Message&, ks_status) const {}
};

// Nobody waits for a tensor: it has a number at once, and what went wrong shows in the next call.
template <typename... Kinds>
inline constexpr bool is_not_waited_for = (std::is_same_v<Kinds, calls::NewTensor> || ...);

// One argument: `put` sends it; made from the message, it is what the host gives to its own function.
template <typename Kind>
struct Crossing;

template <>
struct Crossing<calls::Number> : OneWay {
  static void put(Message& message, double number) { message.put(number); }
  Crossing(Received& call, Handles&) : number_(call.get<double>()) {}
  auto arguments() { return std::tuple(number_); }

 private:
  double number_;
};

template <>
struct Crossing<calls::Whole> : OneWay {
  static void put(Message& message, std::uint32_t number) { message.put(number); }
  Crossing(Received& call, Handles&) : number_(call.get<std::uint32_t>()) {}
  auto arguments() { return std::tuple(number_); }

 private:
  std::uint32_t number_;
};

template <>
struct Crossing<calls::Text> : OneWay {
  static void put(Message& message, const char* text) { message.put_text(text == nullptr ? "" : text); }
  Crossing(Received& call, Handles&) : text_(printable(call.get_text(), 4000)) {}
  auto arguments() { return std::tuple(text_.c_str()); }

 private:
  std::string text_;
};

template <>
struct Crossing<calls::Reads> : OneWay {
  static void put(Message& message, const ks_tensor* tensor) { message.put(id_of(tensor)); }
  Crossing(Received& call, Handles& handles) : tensor_(handles.find(call.get<std::uint64_t>())) {}
  auto arguments() { return std::tuple(tensor_); }

 private:
  ks_tensor* tensor_;
};

template <>
struct Crossing<calls::Writes> : Crossing<calls::Reads> {
  using Crossing<calls::Reads>::Crossing;
};

template <>
struct Crossing<calls::GivesBack> : OneWay {
  static bool acceptable(const ks_tensor* tensor) { return tensor != nullptr; }
  static void put(Message& message, const ks_tensor* tensor) { message.put(id_of(tensor)); }
  Crossing(Received& call, Handles& handles) : tensor_(handles.take(call.get<std::uint64_t>())) {}
  auto arguments() { return std::tuple(tensor_); }

 private:
  ks_tensor* tensor_;
};

template <>
struct Crossing<calls::Terms> : OneWay {
  static bool acceptable(std::uint32_t count, const double* coefficients, ks_tensor* const* terms) {
    return count == 0 || (coefficients != nullptr && terms != nullptr);
  }
  static void put(Message& message, std::uint32_t count, const double* coefficients,
                  ks_tensor* const* terms) {
    message.put_list(std::span(coefficients, count));
    for (std::uint32_t i = 0; i < count; ++i) message.put(id_of(terms[i]));
  }
  Crossing(Received& call, Handles& handles) : coefficients_(call.get_list<double>()) {
    for (std::size_t i = 0; i < coefficients_.size(); ++i)
      terms_.push_back(handles.find(call.get<std::uint64_t>()));
  }
  auto arguments() {
    return std::tuple(static_cast<std::uint32_t>(terms_.size()), coefficients_.data(), terms_.data());
  }

 private:
  std::vector<double> coefficients_;
  std::vector<ks_tensor*> terms_;
};

template <>
struct Crossing<calls::Numbers> : OneWay {
  static void put(Message& message, const double* numbers, std::uint32_t count) {
    message.put_list(std::span(numbers, numbers == nullptr ? 0 : count));
  }
  Crossing(Received& call, Handles&) : numbers_(call.get_list<double>()) {}
  auto arguments() { return std::tuple(numbers_.data(), static_cast<std::uint32_t>(numbers_.size())); }

 private:
  std::vector<double> numbers_;
};

template <>
struct Crossing<calls::Step> : OneWay {
  static bool acceptable(const ks_step* step) {
    return step != nullptr && step->size >= sizeof(ks_step);
  }
  static void put(Message& message, const ks_step* step) {
    message.put(step->index).put(step->sigma).put(id_of(step->x)).put(id_of(step->denoised));
  }
  Crossing(Received& call, Handles& handles) {
    step_.size = sizeof step_;
    step_.index = call.get<std::uint32_t>();
    step_.sigma = call.get<double>();
    step_.x = handles.find(call.get<std::uint64_t>());
    step_.denoised = handles.find(call.get<std::uint64_t>());
  }
  auto arguments() { return std::tuple(&step_); }

 private:
  ks_step step_{};
};

template <>
struct Crossing<calls::Formula> : OneWay {
  // What is too long is refused here; all else by the host, as for every plugin.
  static bool acceptable(const ks_expression* given) {
    return given != nullptr && given->size >= sizeof(ks_expression) && given->op_count <= KS_MOST_OPS &&
           given->number_count <= KS_MOST_NUMBERS && given->term_count <= KS_MOST_TERMS &&
           (given->op_count == 0 || given->ops != nullptr) &&
           (given->number_count == 0 || given->numbers != nullptr) &&
           (given->term_count == 0 || given->terms != nullptr);
  }
  static void put(Message& message, const ks_expression* given) {
    message.put_list(std::span(given->ops, given->op_count));
    message.put_list(std::span(given->numbers, given->number_count));
    message.put(given->term_count);
    for (std::uint32_t i = 0; i < given->term_count; ++i) message.put(id_of(given->terms[i]));
  }
  Crossing(Received& call, Handles& handles)
      : ops_(call.get_list<ks_op>()), numbers_(call.get_list<double>()) {
    const auto terms = call.get<std::uint32_t>();
    if (terms > KS_MOST_TERMS) throw BadMessage("a formula of too many terms");
    for (std::uint32_t i = 0; i < terms; ++i) {
      terms_.push_back(handles.find(call.get<std::uint64_t>()));
    }
    formula_ = {sizeof formula_, static_cast<std::uint32_t>(ops_.size()),
                ops_.data(),     static_cast<std::uint32_t>(numbers_.size()),
                terms,           numbers_.data(),
                terms_.data()};
  }
  auto arguments() { return std::tuple(&formula_); }

 private:
  std::vector<ks_op> ops_;
  std::vector<double> numbers_;
  std::vector<ks_tensor*> terms_;
  ks_expression formula_{};
};

template <>
struct Crossing<calls::NewTensor> : OneWay {
  static bool acceptable(ks_tensor** place) { return place != nullptr; }
  // Its number is there already.
  static void put(Message& message, ks_tensor* const* place) { message.put(id_of(*place)); }
  Crossing(Received& call, Handles& handles) : handles_(&handles), id_(call.get<std::uint64_t>()) {
    if (!handles.is_free(id_)) throw BadMessage("a new tensor has the number of another");
  }
  ks_status refusal() const { return handles_->full() ? KS_OUT_OF_MEMORY : KS_OK; }
  auto arguments() { return std::tuple(&made_); }
  void answer(Message&, ks_status status) const {
    if (status == KS_OK) handles_->add(id_, made_);
  }

 private:
  Handles* handles_;
  std::uint64_t id_;
  ks_tensor* made_ = nullptr;
};

template <>
struct Crossing<calls::Result> : OneWay {
  static bool acceptable(const double* place) { return place != nullptr; }
  static void put(Message&, const double*) {}
  static void take(Received& reply, double* place) { *place = reply.get<double>(); }
  Crossing(Received&, Handles&) {}
  auto arguments() { return std::tuple(&result_); }
  void answer(Message& reply, ks_status) const { reply.put(result_); }

 private:
  double result_ = 0;
};

}  // namespace ksampler::isolation

#endif
