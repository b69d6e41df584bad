#include "host/plugin/params.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/rules.hpp"

#include <algorithm>
#include <set>

namespace ksampler {

std::vector<ParamValue> values_for(const std::vector<ParamDescription>& declared,
                                   const std::vector<NamedParam>& named, const std::string& what) {
  std::vector<ParamValue> values;
  std::vector<std::string> ids;
  for (const ParamDescription& param : declared) {
    ids.push_back(param.id);
    if (param.type == ParamType::numbers) {
      values.emplace_back(std::vector<double>{});
    } else {
      values.emplace_back(param.default_value);
    }
  }

  std::vector<Diagnostic> problems;
  std::set<std::string> seen;
  for (const NamedParam& given : named) {
    const auto report = [&](const std::string& message) {
      problems.push_back(Diagnostic{Place{}, what + message});
    };
    const std::string parameter = " parameter " + quote(given.id);
    const auto at = std::find(ids.begin(), ids.end(), given.id);
    if (at == ids.end()) {
      report(ids.empty() ? " has no parameters; found" + parameter
                         : sentence(" has no{}{}", parameter, suggestion(given.id, ids)));
      continue;
    }
    if (!seen.insert(given.id).second) {
      report(sentence(":{} is set twice", parameter));
      continue;
    }
    const auto index = static_cast<std::size_t>(at - ids.begin());
    if (const std::string wrong = value_problem(declared[index], given.value); !wrong.empty()) {
      report(sentence(":{} {}", parameter, wrong));
    }
    values[index] = given.value;
  }
  if (!problems.empty()) throw Error(problems);
  return values;
}

}  // namespace ksampler
