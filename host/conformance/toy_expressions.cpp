// The formulas of ks_expressions in the toy host: one value after the other, in float64.
#include "host/conformance/toy_host.hpp"
#include "host/plugin/calls.hpp"
#include "host/plugin/formula_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ksampler::toy {
namespace {

double smaller(double a, double b) { return std::isnan(a) || a < b ? a : b; }
double larger(double a, double b) { return std::isnan(a) || a > b ? a : b; }

double applied(std::uint32_t op, double a, double b, double c) {
  switch (op) {
    case KS_OP_ADD:
      return a + b;
    case KS_OP_SUBTRACT:
      return a - b;
    case KS_OP_MULTIPLY:
      return a * b;
    case KS_OP_DIVIDE:
      return a / b;
    case KS_OP_MINIMUM:
      return smaller(a, b);
    case KS_OP_MAXIMUM:
      return larger(a, b);
    case KS_OP_POWER:
      return std::pow(a, b);
    case KS_OP_ABS:
      return std::abs(a);
    case KS_OP_SIGN:
      return static_cast<double>(a > 0) - static_cast<double>(a < 0);
    case KS_OP_SQRT:
      return std::sqrt(a);
    case KS_OP_EXP:
      return std::exp(a);
    case KS_OP_LOG:
      return std::log(a);
    default:
      return a > 0 ? b : c;
  }
}

// `term(k)`: the value of term k.
template <typename Term>
double value_of(const ks_expression& expression, const Term& term) {
  std::array<double, KS_MOST_DEPTH + 2> stack{};
  std::size_t depth = 0;
  for (std::uint32_t i = 0; i < expression.op_count; ++i) {
    const ks_op op = expression.ops[i];
    if (op.op == KS_OP_TERM) {
      stack[depth++] = term(op.argument);
    } else if (op.op == KS_OP_NUMBER) {
      stack[depth++] = expression.numbers[op.argument];
    } else {
      depth -= operands_of(op.op);
      stack[depth] = applied(op.op, stack[depth], stack[depth + 1], stack[depth + 2]);
      ++depth;
    }
  }
  return stack[0];
}

}  // namespace

std::size_t Host::size_of(std::uint32_t shape) const {
  switch (shape) {
    case KS_SHAPE_PIXELS:
      return x.size() / channels;
    case KS_SHAPE_CHANNELS:
      return std::size_t{items} * channels;
    case KS_SHAPE_ITEMS:
      return items;
    default:
      return x.size();
  }
}

// The element of a tensor of that shape that element `index` of the latent takes.
std::size_t Host::place_in(std::uint32_t shape, std::size_t index) const {
  const std::size_t pixels = x.size() / items / channels;
  switch (shape) {
    case KS_SHAPE_PIXELS:
      return index / (pixels * channels) * pixels + index % pixels;
    case KS_SHAPE_CHANNELS:
      return index / pixels;
    case KS_SHAPE_ITEMS:
      return index / (pixels * channels);
    default:
      return index;
  }
}

// An element of the latent that takes element `index` of a tensor of that shape.
std::size_t Host::first_of(std::uint32_t shape, std::size_t index) const {
  const std::size_t pixels = x.size() / items / channels;
  switch (shape) {
    case KS_SHAPE_PIXELS:
      return index / pixels * (pixels * channels) + index % pixels;
    case KS_SHAPE_CHANNELS:
      return index * pixels;
    case KS_SHAPE_ITEMS:
      return index * pixels * channels;
    default:
      return index;
  }
}

struct Host::ExpressionCalls {
  static ks_status create(const ks_run* run, std::uint32_t shape, ks_tensor** tensor) {
    Host& host = in_extension(run);
    if (tensor == nullptr) return host.refuse("create without a place for the tensor");
    if (name_of_shape(shape) == nullptr) return host.refuse("create of no shape");
    return host.make_tensor(shape, host.size_of(shape), tensor);
  }

  static ks_status map(const ks_run* run, ks_tensor* dst, const ks_expression* expression) {
    Host& host = in_extension(run);
    if (host.of_guider && dst == nullptr) return host.refuse(kNotThere);
    if (!host.knows_part(dst)) return host.refuse("map into an unknown tensor");
    if (const ks_status status = checked(host, "map", dst->shape, expression); status != KS_OK) {
      return status;
    }
    Vector values(dst->values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t element = host.first_of(dst->shape, i);
      values[i] = value_of(*expression, [&](std::uint32_t k) {
        const ks_tensor& term = *expression->terms[k];
        return term.values[host.place_in(term.shape, element)];
      });
    }
    dst->values = dst->shape == KS_SHAPE_LATENT ? host.stored(std::move(values)) : std::move(values);
    return KS_OK;
  }

  static ks_status reduce(const ks_run* run, ks_tensor* dst, std::uint32_t reduction,
                          const ks_expression* expression) {
    Host& host = in_extension(run);
    if (!host.knows_part(dst) || dst->shape == KS_SHAPE_LATENT) {
      return host.refuse("reduce into an unknown tensor, or one of the latent's shape");
    }
    if (reduction > KS_REDUCE_MAXIMUM) return host.refuse("reduce by an unknown reduction");
    if (const ks_status status = checked(host, "reduce", KS_SHAPE_LATENT, expression);
        status != KS_OK) {
      return status;
    }
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double first = reduction == KS_REDUCE_MINIMUM   ? kInfinity
                         : reduction == KS_REDUCE_MAXIMUM ? -kInfinity
                                                          : 0.0;
    Vector taken(dst->values.size(), first);
    for (std::size_t i = 0; i < host.x.size(); ++i) {
      const double value = value_of(*expression, [&](std::uint32_t k) {
        const ks_tensor& term = *expression->terms[k];
        return term.values[host.place_in(term.shape, i)];
      });
      double& into = taken[host.place_in(dst->shape, i)];
      into = reduction == KS_REDUCE_MINIMUM   ? smaller(value, into)
             : reduction == KS_REDUCE_MAXIMUM ? larger(value, into)
                                              : into + value;
    }
    if (reduction == KS_REDUCE_MEAN) {
      for (double& value : taken) {
        value /= static_cast<double>(host.x.size()) / static_cast<double>(taken.size());
      }
    }
    dst->values = std::move(taken);
    return KS_OK;
  }

  static ks_status quantile(const ks_run* run, ks_tensor* dst, const ks_tensor* tensor, double q) {
    Host& host = in_extension(run);
    if (!host.knows_part(dst) || (dst->shape != KS_SHAPE_ITEMS && dst->shape != KS_SHAPE_CHANNELS)) {
      return host.refuse("quantile into an unknown tensor, or one of another shape");
    }
    if (!host.knows(tensor)) return host.refuse("quantile of an unknown tensor");
    if (!(q >= 0 && q <= 1)) return host.refuse("quantile: q is not in 0 to 1");
    const std::size_t size = host.x.size() / dst->values.size();
    for (std::size_t part = 0; part < dst->values.size(); ++part) {
      const auto begin = tensor->values.begin() + static_cast<std::ptrdiff_t>(part * size);
      Vector values(begin, begin + static_cast<std::ptrdiff_t>(size));
      const bool has_nan =
          std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
      std::sort(values.begin(), values.end(), [](double a, double b) { return a < b; });
      const double place = q * static_cast<double>(size - 1);
      const auto below = static_cast<std::size_t>(place);
      const double above = values[std::min(below + 1, size - 1)];
      dst->values[part] =
          has_nan ? std::numeric_limits<double>::quiet_NaN()
                  : values[below] + (place - static_cast<double>(below)) * (above - values[below]);
    }
    return KS_OK;
  }

 private:
  static ks_status checked(Host& host, const char* function, std::uint32_t whole,
                           const ks_expression* expression) {
    if (const std::string problem = formula_problem(function, expression); !problem.empty()) {
      return host.refuse(problem.c_str());
    }
    for (std::uint32_t k = 0; k < expression->term_count; ++k) {
      const ks_tensor* const term = expression->terms[k];
      if (host.of_guider && term == nullptr) return host.refuse(kNotThere);
      if (!host.knows_part(term)) return host.refuse("a formula of an unknown tensor");
      const bool repeats =
          term->shape == whole || whole == KS_SHAPE_LATENT || term->shape == KS_SHAPE_ITEMS;
      if (!repeats) return host.refuse("a formula of a tensor that is larger than its result");
    }
    return KS_OK;
  }
};

void Host::set_expressions() {
  expressions_ = {};
  expressions_.size = sizeof expressions_;
  expressions_.items = items;
  expressions_.channels = channels;
  expressions_.height = height;
  expressions_.width = static_cast<std::uint32_t>(x.size() / items / channels / height);
  calls::set_functions<ExpressionCalls>(expressions_);
}

}  // namespace ksampler::toy
