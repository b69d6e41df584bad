// A plugin of ABI 1.2 in C++ that takes all which came with it: frozen, with the library that was built
// of it. No methods to use: what is asked for is mixed in, so that the result is right only where each
// prediction is the one that its name says.
#include <ks/guider.hpp>

struct Both {
  static constexpr ks::GuiderInfo info = {.id = "frozen_both",
                                          .title = "Both, frozen",
                                          .summary = "Takes the predictions that came with ABI 1.2",
                                          .source = "made up",
                                          .needs_empty = true,
                                          .needs_perturbed = true,
                                          .needs_second = true};

  void guide(ks::Guidance& g) const {
    g.denoised = g.cfg * g.positive + (1 - g.cfg) * g.negative + 0.125 * g.empty + 0.25 * g.perturbed -
                 0.5 * g.second;
  }
};
KS_GUIDER(Both)

struct Weakened {
  static constexpr ks::GuiderInfo info = {.id = "frozen_weakened",
                                          .title = "Weakened, frozen",
                                          .summary = "Away from what the weakened network says",
                                          .source = "made up",
                                          .stage = ks::Stage::after,
                                          .positive_alone_at_1 = true,
                                          .needs_perturbed = true};

  void guide(ks::Guidance& g) const { g.denoised = g.denoised + 2.0 * (g.positive - g.perturbed); }
};
KS_GUIDER(Weakened)

struct Second {
  static constexpr ks::GuiderInfo info = {.id = "frozen_second",
                                          .title = "Second, frozen",
                                          .summary = "Towards what a second prompt says",
                                          .source = "made up",
                                          .stage = ks::Stage::after,
                                          .needs_second = true};

  void guide(ks::Guidance& g) const { g.denoised = g.denoised + 0.5 * (g.second - g.negative); }
};
KS_GUIDER(Second)
