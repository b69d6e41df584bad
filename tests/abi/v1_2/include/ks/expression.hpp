// SPDX-License-Identifier: Apache-2.0
//
// Formulas that are not linear, for each element, and what is measured of an item. An expression such
// as
//
//   const ks::PerItem along = ks::sum(ks::each(d) * x) / ks::PerItem(ks::sum(ks::each(x) * x));
//   y = ks::each(d) - along * x;
//
// is put together while it runs, and the assignment hands it to the host as one formula: one pass over
// memory, no temporary, no wait for the device. ks::each() says that elements are meant, as the plain
// operators are for sums alone, which are faster. Needs a host with "ks.expressions/1". \since 1.1
#ifndef KS_EXPRESSION_HPP
#define KS_EXPRESSION_HPP

#include <ks/expression.h>
#include <ks/tensor.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#if KS_PLUGIN_ABI_MINOR < 1
#error \
    "ks/expression.hpp needs ABI 1.1, and this plugin says that it loads in hosts of ABI 1.0: take that out of ks_add_plugin()"
#endif

namespace ks {

// The latent of a run: [items, channels, height, width], in cells.
struct Extent {
  std::uint32_t items;
  std::uint32_t channels;
  std::uint32_t height;
  std::uint32_t width;
};

namespace detail {

inline const ks_expressions& expressions(const ks_run* run) {
  const auto* table = static_cast<const ks_expressions*>(run->extension(run, KS_EXPRESSIONS_1));
  if (table == nullptr) {
    throw std::runtime_error("this host has no formulas for each element (" KS_EXPRESSIONS_1 ")");
  }
  return *table;
}

}  // namespace detail

// What the latent of a run is.
inline Extent extent_of(const ks_run* run) {
  const ks_expressions& table = detail::expressions(run);
  return {table.items, table.channels, table.height, table.width};
}

// A formula, and what it is of. Refers to its tensors: use it in the expression that made it, or keep
// it in an `auto` no longer than they live.
class Expression {
 public:
  // A tensor's elements; a number.
  Expression(const ks_run* run, ks_tensor* term) : run_(run) {
    terms_[term_count_++] = term;
    push({KS_OP_TERM, 0});
  }
  explicit Expression(double number) { push_number(number); }
  // A sum of tensors, each times a number.
  template <std::size_t N>
  explicit Expression(const LinComb<N>& sum) : run_(sum.run) {
    for (std::size_t i = 0; i < N; ++i) {
      push({KS_OP_TERM, place_of(sum.terms[i])});
      if (sum.coefficients[i] != 1.0) {
        push_number(sum.coefficients[i]);
        push({KS_OP_MULTIPLY, 0});
      }
      if (i > 0) push({KS_OP_ADD, 0});
    }
  }

  // `other` after this one, and then an operation of both.
  Expression& then(const Expression& other, std::uint32_t operation) {
    append(other);
    push({operation, 0});
    return *this;
  }
  Expression& then(std::uint32_t operation) {
    push({operation, 0});
    return *this;
  }
  Expression& append(const Expression& other) {
    if (run_ == nullptr) run_ = other.run_;
    for (std::uint32_t i = 0; i < other.op_count_; ++i) {
      const ks_op op = other.ops_[i];
      if (op.op == KS_OP_NUMBER) {
        push_number(other.numbers_[op.argument]);
      } else if (op.op == KS_OP_TERM) {
        push({KS_OP_TERM, place_of(other.terms_[op.argument])});
      } else {
        push(op);
      }
    }
    return *this;
  }

  // Null of a formula of numbers alone.
  const ks_run* run() const noexcept { return run_; }

  // dst = the formula.
  void map_into(ks_tensor* dst) const {
    const ks_expression whole = abi();
    const ks_expressions& table = detail::expressions(run_);
    check((&table)->map(run_, dst, &whole));
  }
  // dst = its sum, mean, ... over what an element of dst stands for.
  void reduce_into(ks_tensor* dst, std::uint32_t reduction) const {
    const ks_expression whole = abi();
    const ks_expressions& table = detail::expressions(run_);
    check((&table)->reduce(run_, dst, reduction, &whole));
  }

 private:
  ks_expression abi() const {
    return {sizeof(ks_expression), op_count_,       ops_.data(),  number_count_,
            term_count_,           numbers_.data(), terms_.data()};
  }
  void push(ks_op op) {
    if (op_count_ == ops_.size()) too_long("operations", ops_.size());
    ops_[op_count_++] = op;
  }
  void push_number(double number) {
    if (number_count_ == numbers_.size()) too_long("numbers", numbers_.size());
    push({KS_OP_NUMBER, number_count_});
    numbers_[number_count_++] = number;
  }
  std::uint32_t place_of(ks_tensor* term) {
    for (std::uint32_t i = 0; i < term_count_; ++i) {
      if (terms_[i] == term) return i;
    }
    if (term_count_ == terms_.size()) too_long("tensors", terms_.size());
    terms_[term_count_] = term;
    return term_count_++;
  }
  [[noreturn]] static void too_long(const char* what, std::size_t most) {
    throw std::length_error("a formula has at most " + std::to_string(most) + " " + what +
                            ": keep a part of it in a tensor");
  }

  const ks_run* run_ = nullptr;
  std::uint32_t op_count_ = 0;
  std::uint32_t number_count_ = 0;
  std::uint32_t term_count_ = 0;
  std::array<ks_op, KS_MOST_OPS> ops_;
  std::array<double, KS_MOST_NUMBERS> numbers_;
  std::array<ks_tensor*, KS_MOST_TERMS> terms_;
};

// A sum, mean, minimum or maximum of a formula, not yet taken.
struct Reduction {
  Expression expression;
  std::uint32_t how;
};
// A quantile of a tensor's elements, likewise.
struct Quantile {
  const ks_run* run;
  const ks_tensor* tensor;
  double q;
};

// A number for each pixel, channel or item of the latent: what a reduction gives, or a formula of such
// numbers. Owned; moves, never copies.
template <std::uint32_t Shape>
class [[nodiscard]] Measured {
 public:
  Measured(const Expression& formula) : Measured(formula.run()) {  // NOLINT: a formula is one
    formula.map_into(handle_);
  }
  Measured(const Reduction& reduction) : Measured(reduction.expression.run()) {  // NOLINT
    *this = reduction;
  }
  Measured(const Quantile& quantile) : Measured(quantile.run) { *this = quantile; }  // NOLINT

  Measured(Measured&& other) noexcept
      : run_(other.run_), handle_(std::exchange(other.handle_, nullptr)) {}
  Measured& operator=(Measured&& other) noexcept {
    std::swap(run_, other.run_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  Measured(const Measured&) = delete;
  Measured& operator=(const Measured&) = delete;
  ~Measured() {
    if (handle_ != nullptr) run_->tensors->release(run_, handle_);
  }

  // One to be written to; contents undefined.
  static Measured undefined(const ks_run* run) { return Measured(run); }

  Measured& operator=(const Expression& formula) {
    formula.map_into(handle_);
    return *this;
  }
  Measured& operator=(const Reduction& reduction) {
    reduction.expression.reduce_into(handle_, reduction.how);
    return *this;
  }
  Measured& operator=(const Quantile& quantile) {
    const ks_expressions& table = detail::expressions(run_);
    check((&table)->quantile(run_, handle_, quantile.tensor, quantile.q));
    return *this;
  }

  ks_tensor* handle() const noexcept { return handle_; }
  const ks_run* run() const noexcept { return run_; }

 private:
  explicit Measured(const ks_run* run) : run_(run) {
    const ks_expressions& table = detail::expressions(run_);
    check((&table)->create(run_, Shape, &handle_));
  }

  const ks_run* run_;
  ks_tensor* handle_ = nullptr;
};

// For each pixel of an item, over its channels.
using PerPixel = Measured<KS_SHAPE_PIXELS>;
// For each channel of an item.
using PerChannel = Measured<KS_SHAPE_CHANNELS>;
// For each item of the batch.
using PerItem = Measured<KS_SHAPE_ITEMS>;

namespace detail {

template <typename T>
inline constexpr bool is_formula = false;
template <>
inline constexpr bool is_formula<Expression> = true;
template <std::uint32_t Shape>
inline constexpr bool is_formula<Measured<Shape>> = true;

inline const Expression& formula_of(const Expression& formula) { return formula; }
inline Expression formula_of(const Tensor& tensor) { return {tensor.run(), tensor.handle()}; }
template <std::size_t N>
Expression formula_of(const LinComb<N>& sum) {
  return Expression(sum);
}
template <std::uint32_t Shape>
Expression formula_of(const Measured<Shape>& measured) {
  return {measured.run(), measured.handle()};
}
inline Expression formula_of(Number auto number) { return Expression(static_cast<double>(number)); }

template <typename A, typename B>
Expression joined_by(std::uint32_t operation, const A& a, const B& b) {
  Expression result = formula_of(a);
  result.then(formula_of(b), operation);
  return result;
}
template <typename A>
Expression of(std::uint32_t operation, const A& a) {
  Expression result = formula_of(a);
  result.then(operation);
  return result;
}

}  // namespace detail

// What makes an expression a formula: an Expression, or numbers that were measured.
template <typename T>
concept Formula = detail::is_formula<T>;
// What may stand in one: those, tensors, sums of tensors, numbers.
template <typename T>
concept FormulaPart = Formula<T> || Operand<T> || Number<T>;
template <typename A, typename B>
concept MakesFormula = FormulaPart<A> && FormulaPart<B> &&(Formula<A> || Formula<B>);

// The elements of a tensor, or of a sum of tensors: from here on all operators are for each element.
template <Operand A>
Expression each(const A& a) {
  return detail::formula_of(a);
}

#define KS_FORMULA_OPERATOR(symbol, operation)                                     \
  template <typename A, typename B>                                                \
  requires MakesFormula<A, B> Expression operator symbol(const A& a, const B& b) { \
    return detail::joined_by(operation, a, b);                                     \
  }
KS_FORMULA_OPERATOR(+, KS_OP_ADD)
KS_FORMULA_OPERATOR(-, KS_OP_SUBTRACT)
KS_FORMULA_OPERATOR(*, KS_OP_MULTIPLY)
KS_FORMULA_OPERATOR(/, KS_OP_DIVIDE)
#undef KS_FORMULA_OPERATOR

// Each element times -1.
template <Formula A>
Expression operator-(const A& a) {
  return -1.0 * a;
}

// The q-quantile (0 to 1) of a tensor's elements: ks::PerItem limit = ks::quantile(x, 0.995);
inline Quantile quantile(const Tensor& tensor, double q) { return {tensor.run(), tensor.handle(), q}; }

inline Tensor::Tensor(const Expression& formula) : Tensor(formula.run()) { *this = formula; }
inline Tensor& Tensor::operator=(const Expression& formula) {
  formula.map_into(handle_);
  return *this;
}

// The first, no less than the second and no more than the third.
template <Formula A, typename Low, typename High>
Expression clamp(const A& a, const Low& low, const High& high) {
  return min(max(a, low), high);
}

// Where the condition is above 0 the second, elsewhere the third.
template <Formula C, typename A, typename B>
Expression where(const C& condition, const A& a, const B& b) {
  Expression result = detail::formula_of(condition);
  result.append(detail::formula_of(a));
  result.append(detail::formula_of(b));
  result.then(KS_OP_WHERE);
  return result;
}

#define KS_FORMULA_FUNCTION(name, operation) \
  template <Formula A>                       \
  Expression name(const A& a) {              \
    return detail::of(operation, a);         \
  }
KS_FORMULA_FUNCTION(abs, KS_OP_ABS)
KS_FORMULA_FUNCTION(sign, KS_OP_SIGN)  // -1, 0 or 1
KS_FORMULA_FUNCTION(sqrt, KS_OP_SQRT)
KS_FORMULA_FUNCTION(exp, KS_OP_EXP)
KS_FORMULA_FUNCTION(log, KS_OP_LOG)
#undef KS_FORMULA_FUNCTION

#define KS_FORMULA_FUNCTION(name, operation)                            \
  template <typename A, typename B>                                     \
  requires MakesFormula<A, B> Expression name(const A& a, const B& b) { \
    return detail::joined_by(operation, a, b);                          \
  }
KS_FORMULA_FUNCTION(min, KS_OP_MINIMUM)
KS_FORMULA_FUNCTION(max, KS_OP_MAXIMUM)
KS_FORMULA_FUNCTION(pow, KS_OP_POWER)
#undef KS_FORMULA_FUNCTION

// Over all elements that one of the result stands for: ks::PerItem dot = ks::sum(ks::each(a) * b);
#define KS_REDUCTION(name, how) \
  template <typename A>         \
  requires(Formula<A> || Operand<A>) Reduction name(const A& a) { return {detail::formula_of(a), how}; }
KS_REDUCTION(sum, KS_REDUCE_SUM)
KS_REDUCTION(mean, KS_REDUCE_MEAN)
KS_REDUCTION(minimum, KS_REDUCE_MINIMUM)
KS_REDUCTION(maximum, KS_REDUCE_MAXIMUM)
#undef KS_REDUCTION

}  // namespace ks

#endif
