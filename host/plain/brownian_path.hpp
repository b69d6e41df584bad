// The Brownian tree itself: which intervals there are, what is drawn for each, and their sums.
#ifndef KSAMPLER_PLAIN_BROWNIAN_PATH_HPP
#define KSAMPLER_PLAIN_BROWNIAN_PATH_HPP

#include "host/plain/brownian.hpp"
#include "host/plain/cpu/mt19937.hpp"
#include "host/plain/seed_sequence.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace ksampler {

// Thread rule: one thread at a time.
class BrownianTree::Path {
 public:
  Path(std::size_t size, double sigma_min, double sigma_max, std::uint64_t seed,
       const Workers& workers);

  // See BrownianTree::increment_into. `shared`: whether the work may be shared among the workers.
  void increment_into(float* data, float sigma, float sigma_next, bool shared);

  std::size_t size() const { return whole_.size(); }

 private:
  // An interval, halved at `middle` once it has been.
  struct Node {
    double start, end;
    std::uint64_t place;  // at its depth, from the left
    std::uint32_t depth;
    double middle = 0;
    std::uint32_t noise_seed = 0;
    Node* below = nullptr;  // its halves: the left one
    Node* above = nullptr;  // and the right one

    // W over the left half. Before it is `bridged`, the normals that it is made from; and before those,
    // where `generator` is set, nothing: each piece draws its own.
    std::unique_ptr<float[]> left{};
    cpu::Mt19937* generator = nullptr;
    bool bridged = false;
    std::uint64_t used = 0;  // the latest query that needed it

    bool is(double from, double to) const { return start == from && end == to; }
  };
  struct Piece;

  // The nodes whose halves make up [from, to], halved where they were not, from the root down.
  void collect(Node& node, double from, double to, std::vector<Node*>& needed);
  void halve(Node& node);

  // Gives each node that is not bridged a buffer, from one that was not needed for long if it can, and
  // its normals or a generator for them.
  void prepare(const std::vector<Node*>& needed, bool parallel);
  std::unique_ptr<float[]> take_buffer();

  // Adds what `node`, with W = value, has of [from, to].
  void sum(Piece& piece, const Node& node, const float* value, double from, double to,
           std::size_t level) const;

  SeedSequence seeds_;
  std::deque<Node> nodes_;    // never moved; the first is the whole interval
  std::vector<float> whole_;  // W over it
  const Workers& workers_;
  float sign_;                               // of the direction in which the ends were given
  std::vector<Node*> kept_;                  // those that hold a value
  std::vector<std::vector<float>> scratch_;  // of each worker
  std::vector<cpu::Mt19937> generators_;
  std::uint64_t queries_ = 0;
};

}  // namespace ksampler

#endif
