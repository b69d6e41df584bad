// What a plugin has in a sampler's run besides the sampler: a guider or a noise source. It is told when
// the run begins and ends, is asked in between, and has a space of tensors of its own.
#ifndef KSAMPLER_SESSION_RUN_COMPANION_HPP
#define KSAMPLER_SESSION_RUN_COMPANION_HPP

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/plugin/library.hpp"
#include "host/session/host_run.hpp"
#include "host/session/space.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ksampler {

// Gives each companion a space of tensors of its own, of the latents that the run is of.
using MakeSpace = std::function<std::unique_ptr<Space>()>;

template <typename Object>
class RunCompanion {
 public:
  // `what`: "guider 'apg'", for messages.
  RunCompanion(std::string what, std::shared_ptr<Leased<Object>> leased, AbiRunSettings settings,
               std::unique_ptr<Space> space)
      : what_(std::move(what)),
        leased_(std::move(leased)),
        settings_(std::move(settings)),
        space_(std::move(space)),
        host_(settings_, *space_) {
    settings_.plugin = leased_->plugin_in_process();
  }
  ~RunCompanion() { end(); }
  RunCompanion(const RunCompanion&) = delete;
  RunCompanion& operator=(const RunCompanion&) = delete;

  // Once. Throws what the plugin fails with.
  void begin() {
    begun_ = true;
    if (object()->begin == nullptr) return;
    call(" as the run began", [&] { return object()->begin(object(), &host_.abi); });
  }

  // Calls into the plugin: what it fails with is thrown. `when`: " at sigma 3", for messages.
  template <typename Body>
  void call(const std::string& when, const Body& body) {
    ks_status status = KS_ERROR;
    {
      const InPlugin mark(settings_.plugin);
      try {
        status = body();
      } catch (const std::exception& exception) {  // a C plugin cannot, a bad one does
        throw Error(Diagnostic::Kind::plugin,
                    sentence("{} threw across the ABI{}: {}", what_, when, exception.what()));
      } catch (...) {
        throw Error(Diagnostic::Kind::plugin,
                    sentence("{} threw an exception of an unknown type across the ABI{}", what_, when));
      }
    }
    if (status == KS_OK) return;
    if (status == KS_STOPPED || host_.stopped()) throw Stopped();
    if (host_.thrown) std::rethrow_exception(host_.thrown);
    throw Error(kind_of_failure(status),
                sentence("{} failed{}: {}", what_, when,
                         host_.error.empty() ? sentence("it gave no reason (status {})", status)
                                             : host_.error));
  }

  Object* object() const { return leased_->get(); }
  HostRun& host() { return host_; }
  const HostRun& host() const { return host_; }

 private:
  void end() noexcept {
    if (!begun_ || object()->end == nullptr) return;
    const InPlugin mark(settings_.plugin);
    try {
      object()->end(object(), &host_.abi);
    } catch (...) {  // a bad plugin's; there is nobody to tell
    }
  }

  std::string what_;
  std::shared_ptr<Leased<Object>> leased_;
  AbiRunSettings settings_;
  std::unique_ptr<Space> space_;
  HostRun host_;
  bool begun_ = false;
};

}  // namespace ksampler

#endif
