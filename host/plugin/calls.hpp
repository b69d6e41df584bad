// The calls of the ABI that a plugin makes while it runs, each written once: isolation, both hosts, the
// fuzzer and the check of the bindings follow from this table. How one is added: docs/abi.md.
#ifndef KSAMPLER_PLUGIN_CALLS_HPP
#define KSAMPLER_PLUGIN_CALLS_HPP

#include <ks/ks.h>

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ksampler::calls {

// The structs that hold the functions, and what each function takes first.
using tensors = ks_tensor_ops;
using run = ks_run;
using model = ks_model_sampling;
using schedule = ks_schedule;
using expressions = ks_expressions;
using filters = ks_filters;
using runs = ks_runs;
inline const ks_run* first_of(const tensors&);
inline const ks_run* first_of(const run&);
inline void* first_of(const model&);
inline const ks_schedule* first_of(const schedule&);
inline const ks_run* first_of(const expressions&);
inline const ks_run* first_of(const filters&);
inline const ks_run* first_of(const runs&);

// The kinds of arguments. C: the parameters of a C function that one stands for.
template <typename... Parameters>
struct Kind {
  using C = std::tuple<Parameters...>;
};
struct Number : Kind<double> {};
struct Whole : Kind<std::uint32_t> {};
struct Text : Kind<const char*> {};
struct Reads : Kind<const ks_tensor*> {};
struct Writes : Kind<ks_tensor*> {};
struct GivesBack : Kind<ks_tensor*> {};
struct Terms : Kind<std::uint32_t, const double*, ks_tensor* const*> {};  // coefficients and tensors
struct Numbers : Kind<const double*, std::uint32_t> {};
struct Step : Kind<const ks_step*> {};
struct Formula : Kind<const ks_expression*> {};
// Places for results.
struct NewTensor : Kind<ks_tensor**> {};
struct Result : Kind<double*> {};

// CALL(the struct, the function, what it returns, kinds of its arguments after the first...)
#define KSAMPLER_ABI_CALLS(CALL)                                                    \
  CALL(tensors, create, ks_status, NewTensor)                                       \
  CALL(tensors, release, void, GivesBack)                                           \
  CALL(tensors, lincomb, ks_status, Writes, Terms)                                  \
  CALL(tensors, norm, ks_status, Reads, Result)                                     \
  CALL(tensors, error_norm, ks_status, Reads, Reads, Reads, Number, Number, Result) \
  CALL(run, denoise, ks_status, Reads, Number, Writes)                              \
  CALL(run, denoise_split, ks_status, Reads, Number, Writes, Writes)                \
  CALL(run, noise, ks_status, Number, Number, Writes)                               \
  CALL(run, step, ks_status, Step)                                                  \
  CALL(run, set_error, void, Text)                                                  \
  CALL(model, sigma, double, Number)                                                \
  CALL(model, timestep, double, Number)                                             \
  CALL(model, percent_to_sigma, double, Number)                                     \
  CALL(schedule, emit, ks_status, Numbers)                                          \
  CALL(schedule, set_error, void, Text)                                             \
  CALL(expressions, create, ks_status, Whole, NewTensor)                            \
  CALL(expressions, map, ks_status, Writes, Formula)                                \
  CALL(expressions, reduce, ks_status, Writes, Whole, Formula)                      \
  CALL(expressions, quantile, ks_status, Writes, Reads, Number)                     \
  CALL(filters, fill, ks_status, Writes, Numbers)                                   \
  CALL(filters, fourier, ks_status, Writes, Reads, Reads, Whole)                    \
  CALL(filters, blur, ks_status, Writes, Reads, Number)                             \
  CALL(filters, coarse, ks_status, Writes, Reads, Whole, Whole)                     \
  CALL(runs, sample, ks_status, Writes, Numbers, Whole, Whole)                      \
  CALL(runs, create, ks_status, Whole, Whole, NewTensor)                            \
  CALL(runs, resize, ks_status, Writes, Reads, Whole)
// Not among them: `extension`, whose answer is an address, and ks_raw, which no other process can have.

template <typename...>
struct List {};

// A row as a type: calls::run_denoise, ...
template <typename Struct, typename Returned, typename... Arguments>
struct Row {
  using Owner = Struct;
  using First = decltype(first_of(std::declval<const Struct&>()));
  using Return = Returned;
  using Parameters = decltype(std::tuple_cat(std::declval<typename Arguments::C>()...));
  using Kinds = List<Arguments...>;

  template <typename>
  struct FunctionOf;
  template <typename... C>
  struct FunctionOf<std::tuple<C...>> {
    using type = Return (*)(First, C...);
  };
  using Function = typename FunctionOf<Parameters>::type;
};

#define KSAMPLER_ROW(owner, function, ...)                                               \
  struct owner##_##function : Row<owner, __VA_ARGS__> {                                  \
    static constexpr const char* name = #function;                                       \
    static constexpr Function of(const owner& table) { return table.function; }          \
  };                                                                                     \
  static_assert(std::is_same_v<decltype(owner::function), owner##_##function::Function>, \
                #owner "." #function " has other arguments in its header than in the table of calls");
KSAMPLER_ABI_CALLS(KSAMPLER_ROW)
#undef KSAMPLER_ROW

// Calls `each(row)`, with an object of each row's type, in the order of the table.
template <typename Each>
constexpr void for_each_row(Each&& each) {
#define KSAMPLER_ROW(owner, function, ...) each(owner##_##function{});
  KSAMPLER_ABI_CALLS(KSAMPLER_ROW)
#undef KSAMPLER_ROW
}

template <typename Struct>
constexpr std::size_t rows_of() {
  std::size_t count = 0;
  for_each_row([&](auto row) { count += std::is_same_v<typename decltype(row)::Owner, Struct>; });
  return count;
}

// Functions stand at the end of their struct, or of what it was in 1.0: a new one that has no row is
// seen by its size.
static_assert(sizeof(run) == offsetof(run, task) + sizeof(void*) &&
                  sizeof(schedule) == offsetof(schedule, task) + sizeof(void*),
              "what was added to ks_run or ks_schedule is not counted in the table of calls");
static_assert(sizeof(tensors) == offsetof(tensors, create) + rows_of<tensors>() * sizeof(void*),
              "a function of ks_tensor_ops has no row in the table of calls");
static_assert(offsetof(run, task) == offsetof(run, denoise) + (rows_of<run>() + 1) * sizeof(void*),
              "a function of ks_run has no row in the table of calls");
static_assert(sizeof(model) == offsetof(model, sigma) + rows_of<model>() * sizeof(void*),
              "a function of ks_model_sampling has no row in the table of calls");
static_assert(offsetof(schedule, task) ==
                  offsetof(schedule, emit) + rows_of<schedule>() * sizeof(void*),
              "a function of ks_schedule has no row in the table of calls");
static_assert(sizeof(expressions) ==
                  offsetof(expressions, create) + rows_of<expressions>() * sizeof(void*),
              "a function of ks_expressions has no row in the table of calls");
static_assert(sizeof(filters) == offsetof(filters, fill) + rows_of<filters>() * sizeof(void*),
              "a function of ks_filters has no row in the table of calls");
static_assert(sizeof(runs) == offsetof(runs, sample) + rows_of<runs>() * sizeof(void*),
              "a function of ks_runs has no row in the table of calls");

// Sets each function of a table to what `choose(row)` returns for its row.
template <typename Struct, typename Choose>
constexpr void set_functions(Struct& table, Choose&& choose) {
#define KSAMPLER_ROW(owner, function, ...) \
  if constexpr (std::is_same_v<Struct, owner>) table.function = choose(owner##_##function{});
  KSAMPLER_ABI_CALLS(KSAMPLER_ROW)
#undef KSAMPLER_ROW
}

// The same, to the function of the same name in `Calls`. One that `Calls` lacks does not compile.
template <typename Calls, typename Struct>
constexpr void set_functions(Struct& table) {
#define KSAMPLER_ROW(owner, function, ...) \
  if constexpr (std::is_same_v<Struct, owner>) table.function = &Calls::function;
  KSAMPLER_ABI_CALLS(KSAMPLER_ROW)
#undef KSAMPLER_ROW
}

}  // namespace ksampler::calls

#endif
