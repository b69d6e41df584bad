// A plugin of ABI 1.1 in C++ that makes every call which came with it: frozen, with the library that
// was built of it. No methods to use: what the calls give is mixed in, so that the result is right only
// where each call is. numbers.py has the formulas.
#include <ks/filter.hpp>
#include <ks/guider.hpp>
#include <ks/noise.hpp>
#include <ks/raw.hpp>
#include <ks/runs.hpp>
#include <ks/sampler.hpp>
#include <ks/scheduler.hpp>

#include <array>
#include <optional>

struct Around {
  double weight = 0.25;

  static constexpr ks::SamplerInfo info = {.id = "frozen_around",
                                           .title = "Around, frozen",
                                           .summary = "Makes the calls that came with ABI 1.1",
                                           .source = "made up",
                                           .stochastic = true,
                                           .no_limit = true,
                                           .leaves_noise = true,
                                           .noise = ks::Noise::gaussian,
                                           .model_calls = {0, 0, 0},
                                           .inside = "heun"};
  static constexpr auto params =
      ks::params(ks::param(&Around::weight, {"weight", "Of what a smaller size says", 0.0, 1.0}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    const ks::Inside inside(run);
    inside.sample(x, run.sigmas(), 0, 4);

    const ks::Tensor small = inside.resized(x, 1, 2, ks::Resize::area);
    const ks::Tensor wide = inside.resized(small, 2, 2, ks::Resize::bilinear);
    const ks::Tensor large = inside.resized(x, 4, 4, ks::Resize::spectral);
    const ks::Tensor back = inside.resized(large, 2, 2, ks::Resize::spectral);
    const ks::Tensor halved = 0.5 * small;  // of its size
    const ks::Tensor seen = inside.resized(run.denoise(halved, 2.0), 2, 2, ks::Resize::bilinear);
    x = 0.5 * back + 0.25 * wide + weight * seen;

    const ks::PerItem square = ks::mean(ks::each(x) * x);
    const ks::PerItem middle = ks::quantile(x, 0.25);
    x = ks::each(x) / (1.0 + square) + 0.125 * middle;

    const std::array<double, 4> numbers = {1.0, 0.5, 0.75, 0.25};
    const ks::PerPixel gains = ks::filled(run.abi(), numbers);
    x = ks::fourier(x, gains, ks::Transform::dct);
    x = 0.5 * x + 0.5 * ks::fourier(x, gains, ks::Transform::dft);
    x = 0.5 * x + 0.5 * ks::blurred(x, 0.75);
    x += 0.25 * ks::coarse(x, 1, 1);
    x += 0.0625 * run.noise(0, 1);

    const ks::Task task = run.task();
    x *=
        1.0 + (task.items + 2.0 * task.channels + 4.0 * task.height + 8.0 * task.width + task.cfg) / 64;
  }
};
KS_SAMPLER(Around)

// What dlpack.h has, version 0.8.
struct DlManagedTensor {
  void* data;
  std::int32_t device_type, device_id, ndim;
  std::uint8_t code, bits;
  std::uint16_t lanes;
  std::int64_t *shape, *strides;
  std::uint64_t byte_offset;
  void* context;
  void (*deleter)(DlManagedTensor*);
};

struct Raw {
  static constexpr ks::SamplerInfo info = {.id = "frozen_raw",
                                           .title = "Raw, frozen",
                                           .summary = "Counts up the elements in their memory",
                                           .source = "made up"};
  void sample(ks::Run&, ks::Tensor& x) const {
    auto* const managed = static_cast<DlManagedTensor*>(ks::dlpack(x));
    auto* const first =
        reinterpret_cast<float*>(static_cast<char*>(managed->data) + managed->byte_offset);
    for (int i = 0; i < 4; ++i) first[i] += static_cast<float>(i);
    managed->deleter(managed);
  }
};
KS_SAMPLER(Raw)

struct Sized {
  static constexpr ks::SchedulerInfo info = {.id = "frozen_sized",
                                             .title = "Sized, frozen",
                                             .summary = "Levels that the latent's size and cfg say",
                                             .source = "made up"};
  std::vector<double> sigmas(const ks::Model&, std::uint32_t steps, const ks::Task& task) const {
    std::vector<double> levels;
    for (std::uint32_t i = 0; i <= steps; ++i)
      levels.push_back((steps - i) * task.height / (1 + task.cfg));
    return levels;
  }
};
KS_SCHEDULER(Sized)

struct Momentum {
  static constexpr ks::GuiderInfo info = {.id = "frozen_momentum",
                                          .title = "Momentum, frozen",
                                          .summary = "Keeps what it gave",
                                          .source = "made up",
                                          .needs_empty = true};
  std::optional<ks::Tensor> last;

  void guide(ks::Guidance& g) {
    g.denoised = g.cfg * g.positive + (1 - g.cfg) * g.negative + 0.125 * g.empty + 0.0625 * g.x;
    if (last) g.denoised += 0.25 * *last;
    last.emplace(1.0 * g.denoised);
  }
};
KS_GUIDER(Momentum)

struct Mixed {
  static constexpr ks::NoiseInfo info = {.id = "frozen_mixed",
                                         .title = "Mixed, frozen",
                                         .summary = "Two draws",
                                         .source = "made up",
                                         .unit = true,
                                         .white = true,
                                         .by_item = true};
  void shape(ks::Draw& draw) const {
    draw.noise = 0.6 * draw.noise + (0.8 + 0.125 * draw.index) * draw.white();
  }
};
KS_NOISE(Mixed)
