#include "host/conformance/validate.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/private_copy.hpp"
#include "host/plugin/read_file.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <tuple>

namespace ksampler::conformance {
namespace {

bool wanted(const Check& check, const std::vector<std::string>& only) {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& name) {
           return name == check.name || name == check.group;
         });
}

void require_known(const std::vector<std::string>& only) {
  std::vector<std::string> names;
  for (const Check& check : all_checks()) {
    if (names.empty() || std::find(names.begin(), names.end(), check.group) == names.end()) {
      names.emplace_back(check.group);
    }
    names.emplace_back(check.name);
  }
  for (const std::string& name : only) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw Error(sentence("unknown check or group {}{}", quote(name), suggestion(name, names)));
    }
  }
}

// "a.so:euler" in two; a file may have a colon in its name.
std::pair<std::filesystem::path, std::string> split_library(const std::string& text) {
  const std::size_t at = text.rfind(':');
  if (at == std::string::npos || std::filesystem::exists(text)) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

// One pass over some checks: gates first, then what they let through.
class Validation {
 public:
  Validation(Subject subject, const ChildLimits& limits)
      : subject_(std::move(subject)), limits_(limits) {}

  void run(const std::vector<const Check*>& checks) {
    std::vector<Work> works;
    std::vector<Part*> parts;
    for (const Check* check : checks) {
      Entry& entry = entries_.emplace_back(Entry{check, parts_of(*check)});
      for (std::size_t i = 0; i < entry.parts.size(); ++i) {
        Part& part = entry.parts[i];
        const std::string closed = closed_gate(*check, part.name);
        if (!closed.empty()) {
          part.result = skip(closed);
          continue;
        }
        Subject subject = subject_;
        subject.index = static_cast<std::uint32_t>(i);
        works.emplace_back([check, subject] { return check->run(subject); });
        // An entry's parts stay where they are when the list of entries grows.
        parts.push_back(&part);
      }
    }
    std::vector<Result> results = run_in_children(works, limits_);
    for (std::size_t i = 0; i < results.size(); ++i) parts[i]->result = std::move(results[i]);
    for (const Check* check : checks) {
      if (check->gate) pass_gate(*check);
    }
  }

  std::vector<Entry> take_entries() { return std::move(entries_); }

 private:
  const std::vector<std::string>& ids_of(Scope scope) const {
    if (scope == Scope::sampler) return samplers_;
    if (scope == Scope::scheduler) return schedulers_;
    return scope == Scope::guider ? guiders_ : noises_;
  }

  std::vector<Part> parts_of(const Check& check) const {
    if (check.scope <= Scope::whole) return {Part{}};
    std::vector<Part> parts;
    for (const std::string& id : ids_of(check.scope)) {
      parts.push_back({id, {}});
    }
    return parts;
  }

  // Why a check is not run; empty where it is.
  std::string closed_gate(const Check& check, const std::string& part) const {
    for (const auto& [scope, name, gate, failed] : closed_) {
      const bool before = scope < check.scope && scope <= Scope::plugin;
      const bool same = scope == check.scope && name == part && gate != &check;
      const bool within = check.scope == Scope::whole && failed;
      if (before || same || within) return std::string("see ") + gate->name;
    }
    return {};
  }

  void pass_gate(const Check& check) {
    for (const Entry& entry : entries_) {
      if (entry.check != &check) continue;
      for (const Part& part : entry.parts) {
        const Outcome outcome = part.result.outcome;
        if (outcome != Outcome::pass) {
          closed_.push_back({check.scope, part.name, &check, outcome == Outcome::fail});
        }
        if (check.scope == Scope::plugin) {
          samplers_ = part.result.samplers;
          schedulers_ = part.result.schedulers;
          guiders_ = part.result.guiders;
          noises_ = part.result.noises;
        }
      }
    }
  }

  struct Closed {
    Scope scope;
    std::string part;
    const Check* gate;
    bool failed;  // and not skipped
  };

  Subject subject_;
  ChildLimits limits_;
  std::vector<Entry> entries_;
  std::vector<Closed> closed_;
  std::vector<std::string> samplers_;
  std::vector<std::string> schedulers_;
  std::vector<std::string> guiders_;
  std::vector<std::string> noises_;
};

}  // namespace

Outcome Entry::outcome() const {
  Outcome worst = Outcome::skip;
  for (const Part& part : parts) {
    if (part.result.outcome == Outcome::pass && worst == Outcome::skip) worst = Outcome::pass;
    if (part.result.outcome > Outcome::skip) worst = std::max(worst, part.result.outcome);
  }
  return worst;
}

std::string Entry::detail() const {
  constexpr std::size_t kShown = 3;
  if (parts.size() == 1 && parts.front().name.empty()) return parts.front().result.detail;
  const Outcome worst = outcome();
  std::vector<std::string> said;
  std::set<std::string> details;
  std::size_t count = 0;
  for (const Part& part : parts) {
    if (part.result.outcome != worst) continue;
    ++count;
    details.insert(part.result.detail);
    if (said.size() < kShown) {
      said.push_back(part.name + (part.result.detail.empty() ? "" : ": " + part.result.detail));
    }
  }
  const std::string noun = check->scope == Scope::sampler     ? " sampler"
                           : check->scope == Scope::scheduler ? " scheduler"
                           : check->scope == Scope::guider    ? " guider"
                                                              : " noise";
  std::string counted = std::to_string(count) + noun + (count == 1 ? "" : "s");
  if (details.size() == 1 && (count > 1 || worst < Outcome::warn)) {
    return counted + (details.begin()->empty() ? "" : ": " + *details.begin());
  }
  if (worst == Outcome::pass && count > kShown) return counted;
  std::string text;
  for (const std::string& one : said) text += (text.empty() ? "" : "; ") + one;
  if (count > said.size()) text += sentence("; and {} more", count - said.size());
  return text;
}

std::size_t Report::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::count_if(
      entries.begin(), entries.end(), [&](const Entry& entry) { return entry.outcome() == outcome; }));
}

Report validate(const std::filesystem::path& file, const std::vector<std::string>& only,
                const ChildLimits& limits) {
  return validate(Request{file, only, {}, {}, {}}, limits);
}

Report validate(const Request& request, const ChildLimits& limits) {
  const std::filesystem::path& file = request.file;
  const std::vector<std::string>& only = request.only;
  require_known(only);
  const auto start = std::chrono::steady_clock::now();
  const PrivateCopy copy(file, read_file(file));
  std::optional<PrivateCopy> other;
  Subject subject{file, copy.path(), 0, request.set, request.exact_for, {}, {}, {}};
  if (!request.same_as.empty()) {
    std::tie(subject.other, subject.other_id) = split_library(request.same_as);
    other.emplace(subject.other, read_file(subject.other));
    subject.other_copy = other->path();
  }
  Validation validation(std::move(subject), limits);
  // The gates of a scope before the rest of it; what needs no code first.
  const auto some = [&](auto&& chosen) {
    std::vector<const Check*> checks;
    for (const Check& check : all_checks()) {
      if (check.compares && request.same_as.empty()) continue;
      if (chosen(check) && (check.gate || wanted(check, only))) checks.push_back(&check);
    }
    validation.run(checks);
  };
  some([](const Check& check) { return check.gate && check.scope == Scope::file; });
  some([](const Check& check) { return check.gate && check.scope == Scope::plugin; });
  some([](const Check& check) { return check.gate && check.scope > Scope::plugin; });
  some([](const Check& check) { return !check.gate; });

  Report report{file, validation.take_entries(), 0, 0};
  report.not_asked =
      std::erase_if(report.entries, [](const Entry& entry) { return entry.parts.empty(); });
  std::erase_if(report.entries, [&](const Entry& entry) {
    return !wanted(*entry.check, only) && entry.outcome() != Outcome::fail;
  });
  // In the order of the table.
  std::stable_sort(report.entries.begin(), report.entries.end(),
                   [](const Entry& a, const Entry& b) { return a.check < b.check; });
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace ksampler::conformance
