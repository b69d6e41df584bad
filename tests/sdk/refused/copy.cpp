// Must not compile: a copy of a tensor is a pass over memory, and is not made unseen.
#include <ks/tensor.hpp>

void keep(const ks::Tensor& x) { const ks::Tensor y = x; }
