// SPDX-License-Identifier: Apache-2.0
//
// Tensors and their arithmetic for samplers. An expression such as
//
//   x = denoised + (sigma_next / sigma) * (x - denoised);
//
// is flattened, while it compiles, into one list of coefficients and tensors, and the assignment hands
// that list to the host as one fused `lincomb`: no temporary, one pass over memory.
#ifndef KS_TENSOR_HPP
#define KS_TENSOR_HPP

#include <ks/runs.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <utility>
#include <vector>

namespace ks {

// A status that the host returned, on its way back through sample(). Never caught by a sampler.
class Failure : public std::exception {
 public:
  explicit Failure(ks_status status) noexcept : status_(status) {}
  ks_status status() const noexcept { return status_; }
  const char* what() const noexcept override { return "the host reported a failure"; }

 private:
  ks_status status_;
};

// Throws Failure where the host did not return KS_OK.
inline void check(ks_status status) {
  if (status != KS_OK) throw Failure(status);
}

// The height and width of a tensor; 0 and 0: the latent's. \since 1.1
struct Cells {
  std::uint32_t height = 0;
  std::uint32_t width = 0;
};

// The sum of N tensors, each times a coefficient. Refers to its tensors: use it in the expression that
// made it, or keep it in an `auto` no longer than they live.
template <std::size_t N>
struct LinComb {
  const ks_run* run;
  std::array<double, N> coefficients;
  std::array<ks_tensor*, N> terms;  // handles, borrowed
  Cells cells;                      // of the first of them
};

// What a tensor is multiplied by.
template <typename T>
concept Number = std::is_arithmetic_v<T>;

class Expression;
class Tensor;
class Sum;
// A tensor times a number, as a sum of one term.
LinComb<1> term(const Tensor& tensor, double coefficient = 1.0);

// A tensor of the latent's shape (or of another size, see ks/runs.hpp), owned. Made by a Run or by an
// expression; moves, never copies unseen: `y = 1.0 * x` copies.
class [[nodiscard]] Tensor {
 public:
  // A new one; contents undefined.
  explicit Tensor(const ks_run* run) : Tensor(run, Cells{}) {}

  // Takes ownership of `handle`, unless `borrowed`.
  Tensor(const ks_run* run, ks_tensor* handle, bool borrowed = false)
      : run_(run), handle_(handle), borrowed_(borrowed) {}

  // A new one of that size, which ks/runs.hpp makes others of than the latent's; contents undefined.
  Tensor(const ks_run* run, Cells cells) : run_(run), cells_(cells) {
#if KS_PLUGIN_ABI_MINOR >= 1
    if (cells.height > 0) {
      const auto* runs = static_cast<const ks_runs*>(run->extension(run, KS_RUNS_1));
      check(runs->create(run, cells.height, cells.width, &handle_));
      return;
    }
#endif
    check(run->tensors->create(run, &handle_));
  }

  // Of a sum: computed now, in one pass.
  template <std::size_t N>
  Tensor(const LinComb<N>& sum) : Tensor(sum.run, sum.cells) {  // NOLINT: an expression is a tensor
    assign(sum);
  }

  // Of a formula for each element: computed now, in one pass. Defined in ks/expression.hpp.
  Tensor(const Expression& formula);  // NOLINT: a formula is a tensor

  Tensor(Tensor&& other) noexcept
      : run_(other.run_),
        handle_(std::exchange(other.handle_, nullptr)),
        borrowed_(other.borrowed_),
        cells_(other.cells_) {}

  // Takes over the other's storage; where this is the caller's latent, its contents are copied.
  Tensor& operator=(Tensor&& other) {
    if (this == &other) return *this;
    if (borrowed_) return *this = term(other);
    std::swap(handle_, other.handle_);
    std::swap(borrowed_, other.borrowed_);
    std::swap(run_, other.run_);
    std::swap(cells_, other.cells_);
    return *this;
  }

  // Copies the contents.
  Tensor& operator=(const Tensor& other) { return *this = term(other); }
  Tensor(const Tensor&) = delete;  // no copy is made unseen: write 1.0 * x, or take a const Tensor&

  ~Tensor() {
    if (handle_ != nullptr && !borrowed_) run_->tensors->release(run_, handle_);
  }

  // Computes the sum in one pass; this tensor may be in it.
  template <std::size_t N>
  Tensor& operator=(const LinComb<N>& sum) {
    assign(sum);
    return *this;
  }

  Tensor& operator=(const Sum& sum);
  Tensor& operator=(const Expression& formula);

  template <std::size_t N>
  Tensor& operator+=(const LinComb<N>& sum) {
    return *this = term(*this) + sum;
  }
  template <std::size_t N>
  Tensor& operator-=(const LinComb<N>& sum) {
    return *this = term(*this) - sum;
  }
  Tensor& operator+=(const Tensor& other) { return *this += term(other); }
  Tensor& operator-=(const Tensor& other) { return *this -= term(other); }
  Tensor& operator*=(double factor) { return *this = term(*this, factor); }

  ks_tensor* handle() const noexcept { return handle_; }
  const ks_run* run() const noexcept { return run_; }
  Cells cells() const noexcept { return cells_; }

 private:
  template <std::size_t N>
  void assign(LinComb<N> sum) {
    assign(sum.coefficients, sum.terms);
  }

  // A tensor that occurs twice is read once; one with coefficient 0 is not read at all. Works in place.
  void assign(std::span<double> coefficients, std::span<ks_tensor*> terms) {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const double coefficient = coefficients[i];
      std::uint32_t at = 0;
      while (at < count && terms[at] != terms[i]) ++at;
      if (at == count) {
        terms[count] = terms[i];
        coefficients[count++] = coefficient;
      } else {
        coefficients[at] += coefficient;
      }
    }
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (coefficients[i] == 0.0) continue;
      coefficients[kept] = coefficients[i];
      terms[kept++] = terms[i];
    }
    check(run_->tensors->lincomb(run_, handle_, kept, coefficients.data(), terms.data()));
  }

  const ks_run* run_;
  ks_tensor* handle_ = nullptr;
  bool borrowed_ = false;
  Cells cells_ = {};
};

inline LinComb<1> term(const Tensor& tensor, double coefficient) {
  return {tensor.run(), {coefficient}, {tensor.handle()}, tensor.cells()};
}

namespace detail {

template <std::size_t N>
const LinComb<N>& sum_of(const LinComb<N>& sum) {
  return sum;
}
inline LinComb<1> sum_of(const Tensor& tensor) { return term(tensor); }

template <std::size_t N>
LinComb<N> scaled(LinComb<N> sum, double factor) {
  for (double& coefficient : sum.coefficients) coefficient *= factor;
  return sum;
}

template <std::size_t N, std::size_t M>
LinComb<N + M> joined(const LinComb<N>& a, const LinComb<M>& b) {
  LinComb<N + M> sum{a.run, {}, {}, a.cells};
  for (std::size_t i = 0; i < N; ++i) {
    sum.coefficients[i] = a.coefficients[i];
    sum.terms[i] = a.terms[i];
  }
  for (std::size_t i = 0; i < M; ++i) {
    sum.coefficients[N + i] = b.coefficients[i];
    sum.terms[N + i] = b.terms[i];
  }
  return sum;
}

template <typename T>
inline constexpr bool is_operand = false;
template <>
inline constexpr bool is_operand<Tensor> = true;
template <std::size_t N>
inline constexpr bool is_operand<LinComb<N>> = true;

template <typename T>
inline constexpr bool never = false;  // of a template, so that only its use is an error

}  // namespace detail

// What stands in sums: a tensor, or a sum of them.
template <typename T>
concept Operand = detail::is_operand<T>;

// Sums of operands, and their multiples. Nothing is computed yet.
template <Operand A, Operand B>
auto operator+(const A& a, const B& b) {
  return detail::joined(detail::sum_of(a), detail::sum_of(b));
}
template <Operand A, Operand B>
auto operator-(const A& a, const B& b) {
  return detail::joined(detail::sum_of(a), detail::scaled(detail::sum_of(b), -1.0));
}
template <Operand A>
auto operator-(const A& a) {
  return detail::scaled(detail::sum_of(a), -1.0);
}
template <Operand A>
auto operator*(Number auto factor, const A& a) {
  return detail::scaled(detail::sum_of(a), static_cast<double>(factor));
}
template <Operand A>
auto operator*(const A& a, Number auto factor) {
  return factor * a;
}
template <Operand A>
auto operator/(const A& a, Number auto divisor) {
  return (1.0 / static_cast<double>(divisor)) * a;
}

// What the host cannot be asked for, with a sentence instead of a page of candidates.
template <Operand A, Operand B>
auto operator*(const A& a, const B&) {
  static_assert(detail::never<A>,
                "two tensors cannot be multiplied: a sampler is linear in its tensors. Multiply by a "
                "number; or, for each element, write ks::each(a) * b, of ks/expression.hpp");
  return detail::sum_of(a);
}
template <Operand A, Operand B>
auto operator/(const A& a, const B&) {
  static_assert(detail::never<A>,
                "a tensor cannot be divided by a tensor: a sampler is linear in its tensors. Divide by "
                "a number; or, for each element, write ks::each(a) / b, of ks/expression.hpp");
  return detail::sum_of(a);
}
template <Operand A>
auto operator+(const A& a, Number auto) {
  static_assert(detail::never<A>,
                "a number cannot be added to a tensor: add another tensor, or write ks::each(a) + 1.0, "
                "of ks/expression.hpp");
  return detail::sum_of(a);
}
template <Operand A>
auto operator+(Number auto, const A& a) {
  static_assert(detail::never<A>, "a number cannot be added to a tensor: add another tensor");
  return detail::sum_of(a);
}
template <Operand A>
auto operator-(const A& a, Number auto) {
  static_assert(detail::never<A>, "a number cannot be taken from a tensor: take another tensor");
  return detail::sum_of(a);
}

// Refused, too: functions of each element, found where `sqrt(x)` is written without std::.
#define KS_REFUSED(function)                                                                       \
  template <Operand A, typename... Rest>                                                           \
  auto function(const A& a, const Rest&...) {                                                      \
    static_assert(detail::never<A>, #function                                                      \
                  " of a tensor is not in the core: a sampler is linear in its tensors. For each " \
                  "element write ks::" #function "(ks::each(x)), of ks/expression.hpp");           \
    return detail::sum_of(a);                                                                      \
  }
KS_REFUSED(abs)
KS_REFUSED(clamp)
KS_REFUSED(exp)
KS_REFUSED(log)
KS_REFUSED(max)
KS_REFUSED(min)
KS_REFUSED(pow)
KS_REFUSED(sqrt)
#undef KS_REFUSED

// A sum whose number of terms is known only while it runs:
//
//   ks::Sum sum(x);
//   for (std::size_t j = 0; j < order; ++j) sum += coefficient(j) * history[j];
//   x = sum;   // one pass
class Sum {
 public:
  template <Operand A>
  explicit Sum(const A& a) {
    *this += a;
  }

  template <Operand A>
  Sum& operator+=(const A& a) {
    const auto& sum = detail::sum_of(a);
    for (std::size_t i = 0; i < sum.terms.size(); ++i) {
      coefficients_.push_back(sum.coefficients[i]);
      terms_.push_back(sum.terms[i]);
    }
    return *this;
  }
  Sum& operator*=(double factor) {
    for (double& coefficient : coefficients_) coefficient *= factor;
    return *this;
  }

 private:
  friend class Tensor;
  std::vector<double> coefficients_;
  std::vector<ks_tensor*> terms_;
};

inline Tensor& Tensor::operator=(const Sum& sum) {
  std::vector<double> coefficients = sum.coefficients_;
  std::vector<ks_tensor*> terms = sum.terms_;
  assign(coefficients, terms);
  return *this;
}

}  // namespace ks

#endif
