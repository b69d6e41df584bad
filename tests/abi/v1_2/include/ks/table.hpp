// SPDX-License-Identifier: Apache-2.0
//
// Many samplers of one class, a row of a table each: solvers that differ by their coefficients alone.
//
//   struct Solver {
//     const Tableau* row = nullptr;  // set when the sampler is made
//     static ks::SamplerInfo info(const Tableau& row) { return {.id = row.id, .order = row.order, ...};
//     } static constexpr auto params = ...  // if there are any, of all rows void sample(ks::Run& run,
//     ks::Tensor& x) const { ... }
//   };
//   KS_SAMPLER_TABLE(Solver, tableaux())
#ifndef KS_TABLE_HPP
#define KS_TABLE_HPP

#include <ks/sampler.hpp>

#include <deque>

namespace ks {

// Puts a sampler for each row into the plugin that its file is compiled into. `T::info(row)` is asked
// once; what it refers to, and the rows, must outlive the table.
template <typename T>
class SamplerTable {
 public:
  // Of any range of rows.
  template <typename Rows>
  explicit SamplerTable(const Rows& rows) {
    for (const auto& row : rows) {
      infos_.push_back(detail::abi_info<T>(T::info(row), params_));
      entries_.emplace_back(&infos_.back(), &create, &row);
    }
  }
  SamplerTable(const SamplerTable&) = delete;

 private:
  static ks_status create(const void* row, const ks_host* host, const ks_value* values,
                          std::uint32_t count, ks_sampler** sampler) {
    const ks_status status = detail::create_sampler<T>(row, host, values, count, sampler);
    if (status == KS_OK) {
      T& made = detail::Boxed<T, ks_sampler>::of(*sampler);
      made.row = static_cast<decltype(made.row)>(row);
    }
    return status;
  }

  detail::ParamList<T> params_;
  std::deque<ks_sampler_info> infos_;  // never move: the list of the plugin refers to them
  std::deque<detail::SamplerEntry> entries_;
};

}  // namespace ks

// Puts a class into the plugin, once for each row.
#define KS_SAMPLER_TABLE(Class, rows)                                         \
  namespace {                                                                 \
  [[maybe_unused]] const ::ks::SamplerTable<Class> ks_table_of_##Class(rows); \
  }

#endif
