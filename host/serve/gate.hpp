// Which requests a server on loopback answers. Any page in a browser can send requests to it, under a
// foreign name that leads here (DNS rebinding), or from a foreign origin: both say so in their headers.
#ifndef KSAMPLER_SERVE_GATE_HPP
#define KSAMPLER_SERVE_GATE_HPP

#include <optional>
#include <string>
#include <vector>

namespace ksampler {

class Gate {
 public:
  // The port that the server listens to.
  explicit Gate(int port);

  // Why a request is refused; none where it is answered. `origin` is empty where it has none, as from
  // programs that are no browser. A request that `changes` nothing may come from anywhere: its
  // answer cannot be read there.
  std::optional<std::string> refusal(const std::string& host, const std::string& origin,
                                     bool changes) const;

 private:
  std::vector<std::string> hosts_;
};

}  // namespace ksampler

#endif
