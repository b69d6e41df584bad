// SPDX-License-Identifier: Apache-2.0
//
// Parameters of a sampler or scheduler: a member of the class, declared once with its range and a
// sentence. The default is the member's own initial value.
#ifndef KS_PARAM_HPP
#define KS_PARAM_HPP

#include <ks/param.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <vector>

namespace ks {

// What a user is told of a parameter, and what the host lets through.
struct ParamInfo {
  const char* id;                                        // "eta": letters, digits and '_'
  const char* summary;                                   // one sentence
  double minimum = -std::numeric_limits<double>::max();  // inclusive
  double maximum = std::numeric_limits<double>::max();   // inclusive
};

// A member of a sampler or scheduler that pipelines set. Made by param() and choice().
template <typename Owner, typename T>
struct Param {
  T Owner::*member;  // its initial value is the default
  ParamInfo info;
  const char* const* choices = nullptr;  // of a choice: the names of its values
  std::uint32_t choice_count = 0;
};

// A member of type double, bool, an integer type, or std::vector<double> (a list, empty by default).
template <typename Owner, typename T>
constexpr Param<Owner, T> param(T Owner::*member, ParamInfo info) {
  return {member, info, nullptr, 0};
}

// A member of an enumeration type whose values are the indices of `choices`, a static array of names.
template <typename Owner, typename T, std::size_t N>
constexpr Param<Owner, T> choice(T Owner::*member, ParamInfo info, const char* const (&choices)[N]) {
  static_assert(std::is_enum_v<T>, "a choice is a member of an enumeration type");
  return {member, info, choices, N};
}

// Two that most stochastic samplers have, in one wording.
template <typename Owner>
constexpr Param<Owner, double> eta_param(double Owner::*member) {
  return {member, {"eta", "Part of the noise drawn anew: 0 for none, 1 for all", 0.0, 100.0}};
}
template <typename Owner>
constexpr Param<Owner, double> s_noise_param(double Owner::*member) {
  return {member, {"s_noise", "Scale of the noise added", 0.0, 100.0}};
}
// A limit of the noise, which is the host's to keep: it knows the parameter by this name, and clips
// what Run::noise() hands out. The sampler itself has nothing to do.
template <typename Owner>
constexpr Param<Owner, double> noise_clip_param(double Owner::*member) {
  return {member,
          {"noise_clip_std", "Noise is cut off at so many standard deviations; 0: nowhere", 0.0, 10.0}};
}

// All parameters of a class, for its member `params`.
template <typename... P>
constexpr std::tuple<P...> params(P... p) {
  return {p...};
}

namespace detail {

template <typename T>
constexpr std::uint32_t param_type() {
  if constexpr (std::is_same_v<T, bool>) return KS_PARAM_BOOLEAN;
  if constexpr (std::is_enum_v<T>) return KS_PARAM_CHOICE;
  if constexpr (std::is_integral_v<T>) return KS_PARAM_INTEGER;
  if constexpr (std::is_floating_point_v<T>) return KS_PARAM_FLOAT;
  if constexpr (std::is_same_v<T, std::vector<double>>) return KS_PARAM_NUMBERS;
}

// A value that the host lets through must not overflow the member.
template <typename T>
constexpr ParamInfo bounded(ParamInfo info) {
  if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    info.minimum = std::max(info.minimum, static_cast<double>(std::numeric_limits<T>::lowest()));
    info.maximum = std::min(info.maximum, static_cast<double>(std::numeric_limits<T>::max()));
  }
  return info;
}

// `Sampler` is Owner or a class derived from it, whose default counts.
template <typename Sampler, typename Owner, typename T>
ks_param abi_param(const Param<Owner, T>& param) {
  double default_value = 0;
  if constexpr (!std::is_same_v<T, std::vector<double>>) {
    default_value = static_cast<double>(Sampler{}.*(param.member));
  }
  const ParamInfo info = bounded<T>(param.info);
  return {.size = sizeof(ks_param),
          .type = param_type<T>(),
          .id = info.id,
          .summary = info.summary,
          .minimum = info.minimum,
          .maximum = info.maximum,
          .default_value = default_value,
          .choices = param.choices,
          .choice_count = param.choice_count,
          .reserved = 0};
}

// `owner` may be of a class derived from Owner.
template <typename Owner, typename T>
void set_param(std::type_identity_t<Owner>& owner, const Param<Owner, T>& param,
               const ks_value& value) {
  if constexpr (std::is_same_v<T, std::vector<double>>) {
    if (value.count > 0) (owner.*(param.member)).assign(value.numbers, value.numbers + value.count);
  } else {
    owner.*(param.member) = static_cast<T>(value.number);
  }
}

// The parameters of T as the ABI wants them; T::params is optional.
template <typename T>
struct ParamList {
  static constexpr std::size_t count = [] {
    if constexpr (requires { T::params; }) {
      return std::tuple_size_v<std::remove_cvref_t<decltype(T::params)>>;
    } else {
      return std::size_t{0};
    }
  }();

  std::array<ks_param, count == 0 ? 1 : count> storage{};
  std::array<const ks_param*, count == 0 ? 1 : count> pointers{};

  ParamList() {
    if constexpr (count > 0) {
      std::apply(
          [this](const auto&... p) {
            std::size_t i = 0;
            ((storage[i++] = abi_param<T>(p)), ...);
          },
          T::params);
      for (std::size_t i = 0; i < count; ++i) pointers[i] = &storage[i];
    }
  }
  ParamList(const ParamList&) = delete;
  ParamList& operator=(const ParamList&) = delete;

  static void set([[maybe_unused]] T& owner, [[maybe_unused]] const ks_value* values) {
    if constexpr (count > 0) {
      std::apply(
          [&](const auto&... p) {
            std::size_t i = 0;
            (set_param(owner, p, values[i++]), ...);
          },
          T::params);
    }
  }
};

}  // namespace detail
}  // namespace ks

#endif
