#include "host/nodes/utils/expression.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <vector>

namespace ksampler {
namespace {

using Numbers = std::vector<Number>;
using Thunk = std::function<Number()>;  // a part of the expression, computed when it is asked for

constexpr int kDeepest = 64;  // brackets, signs and what else calls itself

using Function = Number (*)(const Numbers& arguments);

struct Callable {
  std::size_t least;
  std::size_t most;
  Function compute;
};

double positive(const Number& number, const char* function) {
  const double value = as_float(number);
  if (value > 0.0) return value;
  throw Error(sentence("{}() of {}; expected a number above 0", function, value));
}

Number log_of(const Numbers& a) {
  const double value = std::log(positive(a[0], "log"));
  if (a.size() == 1) return value;
  return quotient_of(value, std::log(positive(a[1], "log")));
}

Number root_of(const Numbers& a) {
  if (as_float(a[0]) < 0.0) throw Error(sentence("sqrt() of {}; expected 0 or above", as_float(a[0])));
  return std::sqrt(as_float(a[0]));
}

Number rounded_call(const Numbers& a) {
  if (a.size() == 1) return rounded(a[0], std::nullopt);
  return rounded(a[0], as_integer(a[1]));
}

Number total(const Numbers& a) {
  Number sum = std::int64_t{0};
  for (const Number& each : a) sum = sum_of(sum, each);
  return sum;
}

constexpr std::size_t kAny = 1000;

const std::map<std::string, Callable>& functions() {
  static const std::map<std::string, Callable> table = {
      {"sum", {0, kAny, total}},
      {"min", {1, kAny, [](const Numbers& a) { return *std::ranges::min_element(a, is_less); }}},
      {"max", {1, kAny, [](const Numbers& a) { return *std::ranges::max_element(a, is_less); }}},
      {"abs",
       {1, 1,
        [](const Numbers& a) { return is_less(a[0], std::int64_t{0}) ? negative_of(a[0]) : a[0]; }}},
      {"round", {1, 2, rounded_call}},
      {"pow", {2, 2, [](const Numbers& a) { return power_of(a[0], a[1]); }}},
      {"sqrt", {1, 1, root_of}},
      {"ceil", {1, 1, [](const Numbers& a) { return whole(std::ceil(as_float(a[0]))); }}},
      {"floor", {1, 1, [](const Numbers& a) { return whole(std::floor(as_float(a[0]))); }}},
      {"log", {1, 2, log_of}},
      {"log2", {1, 1, [](const Numbers& a) { return Number(std::log2(positive(a[0], "log2"))); }}},
      {"log10", {1, 1, [](const Numbers& a) { return Number(std::log10(positive(a[0], "log10"))); }}},
      {"sin", {1, 1, [](const Numbers& a) { return Number(std::sin(as_float(a[0]))); }}},
      {"cos", {1, 1, [](const Numbers& a) { return Number(std::cos(as_float(a[0]))); }}},
      {"tan", {1, 1, [](const Numbers& a) { return Number(std::tan(as_float(a[0]))); }}},
      {"int", {1, 1, [](const Numbers& a) { return Number(as_integer(a[0])); }}},
      {"float", {1, 1, [](const Numbers& a) { return Number(as_float(a[0])); }}},
  };
  return table;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

Number truth(bool value) { return std::int64_t{value ? 1 : 0}; }

class Parser {
 public:
  Parser(const std::string& text, const std::map<std::string, Number>& names)
      : text_(text), names_(names) {
    for (const auto& [name, value] : names) values_.push_back(value);
  }

  Thunk parse() {
    Thunk all = test();
    skip_space();
    if (at_ < text_.size()) wrong("expected an operator or the end");
    return all;
  }

 private:
  [[noreturn]] void wrong(const std::string& why) const {
    const std::string found = at_ < text_.size() ? quote(text_.substr(at_, 20)) : "the end";
    throw Error(sentence("in the expression {}, at {}: {}", quote(text_), found, why));
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  // A symbol that no longer one begins with: `*` is not the first half of `**`.
  bool take(std::string_view symbol) {
    skip_space();
    const std::string_view rest = std::string_view(text_).substr(at_);
    if (!rest.starts_with(symbol)) return false;
    const char next = rest.size() > symbol.size() ? rest[symbol.size()] : ' ';
    if ((symbol == "*" || symbol == "/") && next == symbol[0]) return false;
    if ((symbol == "<" || symbol == ">") && next == '=') return false;
    at_ += symbol.size();
    return true;
  }

  bool take_word(std::string_view word) {
    skip_space();
    const std::string_view rest = std::string_view(text_).substr(at_);
    if (!rest.starts_with(word)) return false;
    if (rest.size() > word.size() && (is_letter(rest[word.size()]) || is_digit(rest[word.size()])))
      return false;
    at_ += word.size();
    return true;
  }

  void expect(std::string_view symbol) {
    if (!take(symbol)) wrong(sentence("expected '{}'", std::string(symbol)));
  }

  Thunk test() {
    if (++depth_ > kDeepest) wrong(sentence("it is nested deeper than {} levels", kDeepest));
    Thunk value = any_of();
    if (take_word("if")) {
      Thunk condition = any_of();
      if (!take_word("else")) wrong("expected 'else'");
      Thunk other = test();
      value = [=, yes = std::move(value)] { return is_true(condition()) ? yes() : other(); };
    }
    --depth_;
    return value;
  }

  // As in Python, the value that decides, not only whether it is true.
  Thunk any_of() {
    Thunk value = all_of();
    while (take_word("or")) {
      value = [left = std::move(value), right = all_of()] {
        const Number first = left();
        return is_true(first) ? first : right();
      };
    }
    return value;
  }

  Thunk all_of() {
    Thunk value = negation();
    while (take_word("and")) {
      value = [left = std::move(value), right = negation()] {
        const Number first = left();
        return is_true(first) ? right() : first;
      };
    }
    return value;
  }

  Thunk negation() {
    if (!take_word("not")) return comparison();
    if (++depth_ > kDeepest) wrong(sentence("it is nested deeper than {} levels", kDeepest));
    Thunk value = negation();
    --depth_;
    return [value = std::move(value)] { return truth(!is_true(value())); };
  }

  using Compare = bool (*)(const Number&, const Number&);

  Compare take_comparison() {
    if (take("<=")) return [](const Number& a, const Number& b) { return !is_less(b, a); };
    if (take(">=")) return [](const Number& a, const Number& b) { return !is_less(a, b); };
    if (take("==")) return is_equal;
    if (take("!=")) return [](const Number& a, const Number& b) { return !is_equal(a, b); };
    if (take("<")) return is_less;
    if (take(">")) return [](const Number& a, const Number& b) { return is_less(b, a); };
    return nullptr;
  }

  // a < b < c: each with the next.
  Thunk comparison() {
    std::vector<Thunk> parts = {sum()};
    std::vector<Compare> between;
    while (const Compare compare = take_comparison()) {
      between.push_back(compare);
      parts.push_back(sum());
    }
    if (between.empty()) return parts[0];
    return [parts = std::move(parts), between = std::move(between)] {
      Number left = parts[0]();
      for (std::size_t i = 0; i < between.size(); ++i) {
        const Number right = parts[i + 1]();
        if (!between[i](left, right)) return truth(false);
        left = right;
      }
      return truth(true);
    };
  }

  using Operation = Number (*)(const Number&, const Number&);

  static Thunk joined(Thunk left, Operation operation, Thunk right) {
    return [left = std::move(left), operation, right = std::move(right)] {
      const Number first = left();
      return operation(first, right());
    };
  }

  Thunk sum() {
    Thunk value = product();
    for (;;) {
      if (take("+")) {
        value = joined(std::move(value), sum_of, product());
      } else if (take("-")) {
        value = joined(std::move(value), difference_of, product());
      } else {
        return value;
      }
    }
  }

  Thunk product() {
    Thunk value = unary();
    for (;;) {
      if (take("*")) {
        value = joined(std::move(value), product_of, unary());
      } else if (take("//")) {
        value = joined(std::move(value), floored_quotient_of, unary());
      } else if (take("/")) {
        value = joined(std::move(value), quotient_of, unary());
      } else if (take("%")) {
        value = joined(std::move(value), remainder_of, unary());
      } else {
        return value;
      }
    }
  }

  Thunk unary() {
    if (++depth_ > kDeepest) wrong(sentence("it is nested deeper than {} levels", kDeepest));
    Thunk value;
    if (take("-")) {
      value = [inner = unary()] { return negative_of(inner()); };
    } else if (take("+")) {
      value = unary();
    } else {
      value = power();
    }
    --depth_;
    return value;
  }

  // -2 ** 2 is -4, and 2 ** 3 ** 2 is 2 ** 9.
  Thunk power() {
    Thunk base = atom();
    return take("**") ? joined(std::move(base), power_of, unary()) : base;
  }

  Thunk atom() {
    skip_space();
    if (take("(")) {
      Thunk inner = test();
      expect(")");
      return inner;
    }
    const char first = at_ < text_.size() ? text_[at_] : ' ';
    if (is_digit(first) || first == '.') return number();
    if (is_letter(first)) return named();
    wrong("expected a number, a name or '('");
  }

  Thunk number() {
    const std::size_t begin = at_;
    bool is_float = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool signs_exponent =
          (c == '+' || c == '-') && at_ > begin && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E');
      if (!is_digit(c) && c != '.' && c != 'e' && c != 'E' && !signs_exponent) break;
      is_float = is_float || !is_digit(c);
      ++at_;
    }
    const std::string digits = text_.substr(begin, at_ - begin);
    char* end = nullptr;
    const double value = std::strtod(digits.c_str(), &end);
    if (*end != '\0' || digits == ".") {
      at_ = begin;
      wrong("expected a number");
    }
    // Exactly, where 64 bits hold it.
    errno = 0;
    const std::int64_t integer = is_float ? 0 : std::strtoll(digits.c_str(), nullptr, 10);
    const Number parsed = is_float || errno == ERANGE ? Number(value) : Number(integer);
    return [parsed] { return parsed; };
  }

  Thunk named() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    const std::string name = text_.substr(begin, at_ - begin);
    if (take("(")) return call(name, begin);
    if (name == "True" || name == "False") return [value = truth(name == "True")] { return value; };
    if (name == "values" && take("[")) return item();
    if (const auto at = names_.find(name); at != names_.end()) {
      return [value = at->second] { return value; };
    }
    at_ = begin;
    if (name == "values") wrong("'values' is a list: expected sum(values), min(values) or values[0]");
    std::vector<std::string> known;
    for (const auto& [each, value] : names_) known.push_back(quote(each));
    wrong(known.empty() ? "no value is linked; expected a link to 'values.a'"
                        : sentence("there is no such value; linked are {}", listed(known)));
  }

  // values[i]: below 0 from the end.
  Thunk item() {
    Thunk index = test();
    expect("]");
    return [index = std::move(index), values = values_] {
      const auto count = static_cast<std::int64_t>(values.size());
      const std::int64_t given = as_integer(index());
      const std::int64_t at = given < 0 ? given + count : given;
      if (at >= 0 && at < count) return values[static_cast<std::size_t>(at)];
      throw Error(sentence("values[{}]: {} values are linked, counted from 0", given, count));
    };
  }

  // One argument may be the list of all values.
  Thunk call(const std::string& name, std::size_t begin) {
    const auto function = functions().find(name);
    if (function == functions().end()) {
      std::vector<std::string> known;
      for (const auto& [each, value] : functions()) known.push_back(each);
      at_ = begin;
      wrong(sentence("there is no function {}{}", quote(name), suggestion(name, known)));
    }
    std::vector<Thunk> arguments;
    const std::size_t first = at_;
    bool is_list = take_word("values") && take(")");
    if (!is_list) {
      at_ = first;
      if (!take(")")) {
        do {
          arguments.push_back(test());
        } while (take(","));
        expect(")");
      }
    }
    const Callable& callable = function->second;
    const std::size_t count = is_list ? values_.size() : arguments.size();
    if (count < callable.least || count > callable.most || (is_list && callable.most != kAny)) {
      at_ = begin;
      wrong(sentence("{}() takes {}", name,
                     callable.most == kAny ? "numbers, or values"
                     : callable.least == callable.most
                         ? (callable.least == 1 ? "one number" : "two numbers")
                         : "one number or two"));
    }
    return [&callable, is_list, arguments = std::move(arguments), values = values_] {
      if (is_list) return callable.compute(values);
      Numbers computed;
      for (const Thunk& argument : arguments) computed.push_back(argument());
      return callable.compute(computed);
    };
  }

  const std::string& text_;
  const std::map<std::string, Number>& names_;
  Numbers values_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Number evaluated(const std::string& expression, const std::map<std::string, Number>& names) {
  return Parser(expression, names).parse()();
}

}  // namespace ksampler
