#include "host/base/error.hpp"

#include "host/base/sentence.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace ksampler {
namespace {

constexpr std::size_t kListedCandidates = 12;

std::string joined(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) text += '\n';
    text += diagnostic.text();
  }
  return text;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Optimal string alignment distance: insert, remove, replace, swap two neighbours. Case does not count.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);  // two rows up
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0u : 1u)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

const std::string& kind_name(Diagnostic::Kind kind) {
  static const std::array<std::string, 21> names = {
      "other",       "syntax",    "unknown_type",   "unknown_input", "missing_input", "wrong_type",
      "too_small",   "too_large", "unknown_choice", "bad_link",      "wrong_link",    "no_file",
      "no_output",   "bad_file",  "not_written",    "out_of_memory", "plugin",        "unavailable",
      "not_allowed", "stopped",   "bad_argument"};
  return names.at(static_cast<std::size_t>(kind));
}

std::string Diagnostic::text() const {
  std::string text = place.file;
  if (place.line > 0) {
    if (!text.empty()) text += ':';
    text += std::to_string(place.line);
    if (place.column > 0) text += ':' + std::to_string(place.column);
  }
  return text.empty() ? message : sentence("{}: {}", text, message);
}

Error::Error(std::string message) : Error(Place{}, std::move(message)) {}

Error::Error(Place place, std::string message)
    : Error(std::vector<Diagnostic>{{std::move(place), std::move(message)}}) {}

Error::Error(Diagnostic::Kind kind, std::string message) : Error(kind, Place{}, std::move(message)) {}

Error::Error(Diagnostic::Kind kind, Place place, std::string message)
    : Error(std::vector<Diagnostic>{{std::move(place), std::move(message), kind}}) {}

Error::Error(std::vector<Diagnostic> diagnostics)
    : diagnostics_(std::move(diagnostics)), text_(joined(diagnostics_)) {}

Error of_kind(Diagnostic::Kind kind, const Error& error) {
  std::vector<Diagnostic> diagnostics = error.diagnostics();
  for (Diagnostic& each : diagnostics) {
    if (each.kind == Diagnostic::Kind::other) each.kind = kind;
  }
  return Error(std::move(diagnostics));
}

std::string_view nearest(std::string_view name, const std::vector<std::string>& candidates) {
  // A third of the letters may be wrong; a short name allows one.
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string_view best;
  for (const std::string& candidate : candidates) {
    // The difference in length is a lower bound; it also keeps absurdly long names cheap.
    const std::size_t longer = std::max(name.size(), candidate.size());
    if (longer - std::min(name.size(), candidate.size()) >= best_distance) continue;
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  if (candidates.empty()) return {};
  if (const std::string_view near = nearest(name, candidates); !near.empty()) {
    return sentence("; did you mean '{}'?", near);
  }
  std::string text = "; known are: ";
  const std::size_t listed = std::min(candidates.size(), kListedCandidates);
  for (std::size_t i = 0; i < listed; ++i) text += (i == 0 ? "" : ", ") + candidates[i];
  if (candidates.size() > listed) {
    text += sentence(" and {} more", candidates.size() - listed);
  }
  return text;
}

}  // namespace ksampler
