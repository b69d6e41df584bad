#include "host/plugin/self_test.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/isolation/child_process.hpp"
#include "host/plugin/settled_file.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

using isolation::Call;
using isolation::Channel;
using isolation::Received;

constexpr std::size_t kLongestSentence = 4000;
// Of what comes next: no plugin has as many samplers.
constexpr int kMostTestLines = 100000;

// Each diagnostic of the child names its file already.
[[noreturn]] void fail(const std::string& sentence) { throw Error("self-test: " + sentence); }

}  // namespace

SelfTestPassed run_self_test(const SelfTestRequest& request) {
  isolation::ChildProcess child(request.program, request.copy, request.file,
                                request.sandboxed ? "self-test-sandboxed" : "self-test");
  const auto end = std::chrono::steady_clock::now() + request.limit;
  std::string doing = "being loaded";
  const Place place{request.file.string()};
  try {
    for (int line = 0; line < kMostTestLines; ++line) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      Received received;
      const auto arrival = child.channel().receive(received, std::max(left, left.zero()));
      if (arrival == Channel::Arrival::late) {
        child.end();
        throw Error(place, sentence("self-test: did not end within {}, while {}",
                                    seconds_text(request.limit), doing));
      }
      if (arrival == Channel::Arrival::closed)
        throw Error(place, sentence("self-test: {}, while {}", child.how_it_ended(), doing));
      if (received.call() == Call::done) {
        std::string why = printable(received.get_text(), kLongestSentence);
        return {std::move(why), received.get_text()};
      }
      if (received.call() == Call::failed) fail(printable(received.get_text(), kLongestSentence));
      if (received.call() != Call::log) break;
      received.get<std::uint32_t>();
      doing = "testing " + printable(received.get_text(), kLongestSentence);
    }
  } catch (const isolation::BadMessage&) {
  }
  child.end();
  throw Error(place, "self-test: its process talks nonsense, while " + doing);
}

}  // namespace ksampler
