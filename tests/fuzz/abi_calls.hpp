// A sampler, or a noise source, that makes the calls that a fuzzer's bytes say: in any order, with
// handles that are right, released, null or no handles at all, and with numbers of all kinds.
#ifndef KSAMPLER_TESTS_FUZZ_ABI_CALLS_HPP
#define KSAMPLER_TESTS_FUZZ_ABI_CALLS_HPP

#include "host/plugin/calls.hpp"
#include "tests/fuzz/input.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

namespace ksampler::fuzz {

// What no input may bring about.
#define KSAMPLER_FUZZ_EXPECT(condition) \
  if (!(condition)) std::abort()

// What arguments are made of.
struct Bytes {
  Input input;
  std::vector<ks_tensor*> handles;

  ks_tensor* handle() {
    const std::uint8_t which = input.byte();
    if (which < 250) return handles[which % handles.size()];
    return reinterpret_cast<ks_tensor*>(input.take<std::uintptr_t>());
  }
  // Now and then null.
  template <typename T>
  T* place(T& thing) {
    return input.below(32) == 0 ? nullptr : &thing;
  }
};

// An argument of each kind, made from the input; `keep` afterwards takes what the call gave.
template <typename Kind>
struct Argument;

template <>
struct Argument<calls::Number> {
  explicit Argument(Bytes& bytes) : arguments(bytes.input.number()) {}
  void keep(Bytes&) const {}
  std::tuple<double> arguments;
};

template <>
struct Argument<calls::Whole> {
  explicit Argument(Bytes& bytes)
      : arguments(bytes.input.below(16) == 0 ? bytes.input.take<std::uint32_t>()
                                             : bytes.input.below(KS_SHAPE_ITEMS + 1)) {}
  void keep(Bytes&) const {}
  std::tuple<std::uint32_t> arguments;
};

template <>
struct Argument<calls::Text> {
  explicit Argument(Bytes& bytes) {
    const auto taken = bytes.input.take_bytes(bytes.input.byte());
    text.assign(taken.begin(), taken.end());
    std::get<0>(arguments) = text.empty() ? nullptr : text.c_str();
  }
  Argument(const Argument&) = delete;
  void keep(Bytes&) const {}
  std::string text;
  std::tuple<const char*> arguments;
};

template <>
struct Argument<calls::Reads> {
  explicit Argument(Bytes& bytes) : arguments(bytes.handle()) {}
  void keep(Bytes&) const {}
  std::tuple<ks_tensor*> arguments;
};
template <>
struct Argument<calls::Writes> : Argument<calls::Reads> {
  using Argument<calls::Reads>::Argument;
};
template <>
struct Argument<calls::GivesBack> : Argument<calls::Reads> {  // it stays among the handles
  using Argument<calls::Reads>::Argument;
};

template <>
struct Argument<calls::Terms> {
  explicit Argument(Bytes& bytes) : coefficients(bytes.input.below(12)), terms(coefficients.size()) {
    for (double& coefficient : coefficients) coefficient = bytes.input.number();
    for (ks_tensor*& term : terms) term = bytes.handle();
    const std::uint32_t without = bytes.input.below(32);
    arguments = {static_cast<std::uint32_t>(terms.size()), without == 0 ? nullptr : coefficients.data(),
                 without == 1 ? nullptr : terms.data()};
  }
  Argument(const Argument&) = delete;
  void keep(Bytes&) const {}
  std::vector<double> coefficients;
  std::vector<ks_tensor*> terms;
  std::tuple<std::uint32_t, const double*, ks_tensor* const*> arguments;
};

// Mostly one that ends in one value: its operations are chosen by how many values wait.
template <>
struct Argument<calls::Formula> {
  explicit Argument(Bytes& bytes) : numbers(bytes.input.below(5)), terms(bytes.input.below(5)) {
    for (double& number : numbers) number = bytes.input.number();
    for (ks_tensor*& term : terms) term = bytes.handle();
    const auto part = [&](std::size_t size) {
      return size == 0 ? 0 : bytes.input.below(static_cast<std::uint32_t>(size));
    };
    std::uint32_t waiting = 0;
    for (std::uint32_t left = bytes.input.below(KS_MOST_OPS + 2); left > 0; --left) {
      ks_op op{bytes.input.below(KS_OP_WHERE + 2), bytes.input.below(64) == 0 ? 7u : 0u};
      if (op.op > KS_OP_NUMBER && waiting < 2) op.op = KS_OP_TERM;
      if (op.op == KS_OP_TERM) op.argument += part(terms.size());
      if (op.op == KS_OP_NUMBER) op.argument += part(numbers.size());
      waiting = op.op <= KS_OP_NUMBER ? waiting + 1 : op.op <= KS_OP_POWER ? waiting - 1 : waiting;
      ops.push_back(op);
    }
    for (; waiting > 1; --waiting) ops.push_back({KS_OP_ADD, 0});
    expression = {static_cast<std::uint32_t>(sizeof expression),
                  static_cast<std::uint32_t>(ops.size()),
                  ops.data(),
                  static_cast<std::uint32_t>(numbers.size()),
                  static_cast<std::uint32_t>(terms.size()),
                  numbers.data(),
                  terms.data()};
    const std::uint32_t without = bytes.input.below(64);
    if (without == 0) expression.ops = nullptr;
    if (without == 1) expression.terms = nullptr;
    if (without == 2) expression.size = 8;
    arguments = {bytes.place(expression)};
  }
  Argument(const Argument&) = delete;
  void keep(Bytes&) const {}
  std::vector<double> numbers;
  std::vector<ks_tensor*> terms;
  std::vector<ks_op> ops;
  ks_expression expression{};
  std::tuple<const ks_expression*> arguments;
};

template <>
struct Argument<calls::Numbers> {
  explicit Argument(Bytes& bytes) : numbers(bytes.input.below(12)) {
    for (double& number : numbers) number = bytes.input.number();
    arguments = {bytes.input.below(32) == 0 ? nullptr : numbers.data(),
                 static_cast<std::uint32_t>(numbers.size())};
  }
  Argument(const Argument&) = delete;
  void keep(Bytes&) const {}
  std::vector<double> numbers;
  std::tuple<const double*, std::uint32_t> arguments;
};

template <>
struct Argument<calls::Step> {
  explicit Argument(Bytes& bytes)
      : step{sizeof(ks_step), bytes.input.take<std::uint32_t>(), bytes.input.number(), bytes.handle(),
             bytes.handle()},
        arguments(bytes.place(step)) {}
  Argument(const Argument&) = delete;
  void keep(Bytes&) const {}
  ks_step step;
  std::tuple<const ks_step*> arguments;
};

template <>
struct Argument<calls::NewTensor> {
  explicit Argument(Bytes& bytes) : arguments(bytes.place(made)) {}
  Argument(const Argument&) = delete;
  void keep(Bytes& bytes) const {
    if (made != nullptr) bytes.handles.push_back(made);
  }
  ks_tensor* made = nullptr;
  std::tuple<ks_tensor**> arguments;
};

template <>
struct Argument<calls::Result> {
  explicit Argument(Bytes& bytes) : arguments(bytes.place(result)) {}
  Argument(const Argument&) = delete;
  void keep(Bytes&) const {}
  double result = 0;
  std::tuple<double*> arguments;
};

class AbiCalls {
 public:
  explicit AbiCalls(Input input)
      : bytes_{input, {}},
        abi_{.size = sizeof(ks_sampler),
             .reserved = 0,
             .self = this,
             .sample = &sample,
             .destroy = nullptr} {
    noise_.size = sizeof noise_;
    noise_.self = this;
    noise_.shape = [](ks_noise* noise, const ks_run* run, const ks_noise_draw* draw) {
      return static_cast<AbiCalls*>(noise->self)->run_all(run, draw->noise);
    };
  }

  ks_sampler* sampler() { return &abi_; }
  ks_noise* noise() { return &noise_; }
  std::uint32_t calls() const { return calls_; }

 private:
  static ks_status sample(ks_sampler* sampler, const ks_run* run, ks_tensor* x) {
    return static_cast<AbiCalls*>(sampler->self)->run_all(run, x);
  }

  ks_status run_all(const ks_run* run, ks_tensor* x) {
    bytes_.handles = {x, nullptr};
    ks_status status = KS_OK;
    // Calls go on after one that failed: a bad plugin's do.
    for (calls_ = 0; calls_ < kMostCalls && !bytes_.input.empty(); ++calls_) {
      status = one(run);
      KSAMPLER_FUZZ_EXPECT(status >= KS_OK && status <= KS_UNSUPPORTED);
    }
    return bytes_.input.below(4) == 0 ? status : KS_OK;
  }

  // One of the calls that a sampler has, or `extension`. Each is as likely.
  ks_status one(const ks_run* run) {
    constexpr std::uint32_t count = calls::rows_of<ks_tensor_ops>() + calls::rows_of<ks_run>() +
                                    calls::rows_of<ks_model_sampling>() +
                                    calls::rows_of<ks_expressions>() + calls::rows_of<ks_filters>() +
                                    calls::rows_of<ks_runs>();
    const auto* const formulas =
        static_cast<const ks_expressions*>(run->extension(run, KS_EXPRESSIONS_1));
    const auto* const filters = static_cast<const ks_filters*>(run->extension(run, KS_FILTERS_1));
    const auto* const runs = static_cast<const ks_runs*>(run->extension(run, KS_RUNS_1));
    const std::uint32_t chosen = bytes_.input.below(count + 1);
    if (chosen == count) {
      KSAMPLER_FUZZ_EXPECT(run->extension(run, bytes_.input.below(4) == 0 ? nullptr : "ks.nothing/1") ==
                           nullptr);
    }
    ks_status status = KS_OK;
    std::uint32_t index = 0;
    calls::for_each_row([&]<typename Row>(Row) {
      using Owner = typename Row::Owner;
      if constexpr (std::is_same_v<Owner, ks_tensor_ops>) {
        if (index++ == chosen) status = make<Row>(typename Row::Kinds{}, *run->tensors, run);
      } else if constexpr (std::is_same_v<Owner, ks_run>) {
        if (index++ == chosen) status = make<Row>(typename Row::Kinds{}, *run, run);
      } else if constexpr (std::is_same_v<Owner, ks_model_sampling>) {
        if (index++ == chosen)
          status = make<Row>(typename Row::Kinds{}, *run->model, run->model->context);
      } else if constexpr (std::is_same_v<Owner, ks_expressions>) {
        if (index++ == chosen && formulas != nullptr) {
          status = make<Row>(typename Row::Kinds{}, *formulas, run);
        }
      } else if constexpr (std::is_same_v<Owner, ks_filters>) {
        if (index++ == chosen && filters != nullptr) {
          status = make<Row>(typename Row::Kinds{}, *filters, run);
        }
      } else if constexpr (std::is_same_v<Owner, ks_runs>) {
        if (index++ == chosen && runs != nullptr) {
          status = make<Row>(typename Row::Kinds{}, *runs, run);
        }
      }
    });
    return status;
  }

  template <typename Row, typename... Kinds>
  ks_status make(calls::List<Kinds...>, const typename Row::Owner& table, typename Row::First first) {
    // Made in place, as they point into themselves.
    std::tuple<Argument<Kinds>...> given(bytes_for<Kinds>()...);
    ks_status status = KS_OK;
    std::apply(
        [&](auto&... argument) {
          const auto call = [&] {
            return std::apply(Row::of(table), std::tuple_cat(std::tuple(first), argument.arguments...));
          };
          if constexpr (std::is_same_v<typename Row::Return, ks_status>) {
            status = call();
          } else {
            call();
          }
          (argument.keep(bytes_), ...);
        },
        given);
    return status;
  }

  template <typename>
  Bytes& bytes_for() {
    return bytes_;
  }

  static constexpr std::uint32_t kMostCalls = 256;

  Bytes bytes_;
  ks_sampler abi_;
  ks_noise noise_{};
  std::uint32_t calls_ = 0;
};

}  // namespace ksampler::fuzz

#endif
