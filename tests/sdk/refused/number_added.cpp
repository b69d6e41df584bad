// Must not compile: a number is no tensor.
#include <ks/tensor.hpp>

void add(ks::Tensor& x) { x = x + 1.0; }
