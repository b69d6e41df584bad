// Products of matrices, plane by plane: what filters are made of (host/cuda/filter.cpp). Behind formula.cu.

// As ProductArguments of host/cuda/filter.hpp.
struct Product {
  void* to;            // [planes, rows, columns]
  const void* a;       // [rows, inner]: one for each plane, or one for all
  const void* b;       // [inner, columns], likewise
  const float* added;  // as `to`; null: nothing
  float factor;        // of the product
  unsigned planes, rows, inner, columns;
  unsigned a_of_each, b_of_each;                // 1: one for each plane
  unsigned to_element, a_element, b_element;  // float32, float16, bfloat16
};

static __device__ void store_element(void* data, unsigned element, unsigned index, float value) {
  if (element == 0) static_cast<Float32::Storage*>(data)[index] = Float32::store(value);
  if (element == 1) static_cast<Float16::Storage*>(data)[index] = Float16::store(value);
  if (element == 2) static_cast<Bfloat16::Storage*>(data)[index] = Bfloat16::store(value);
}

// Neighbouring threads take neighbouring columns. Sums are in float64, so that a number does not depend on
// where it is.
extern "C" __global__ void multiply_planes(const __grid_constant__ Product product) {
  const unsigned size = product.planes * product.rows * product.columns;
  const unsigned stride = gridDim.x * blockDim.x;
  for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += stride) {
    const unsigned column = i % product.columns;
    const unsigned row = i / product.columns % product.rows;
    const unsigned plane = i / product.columns / product.rows;
    const unsigned a = (product.a_of_each * plane * product.rows + row) * product.inner;
    const unsigned b = product.b_of_each * plane * product.inner * product.columns + column;
    double sum = 0;
    for (unsigned k = 0; k < product.inner; ++k) {
      sum += static_cast<double>(element_of(product.a, product.a_element, a + k)) *
             element_of(product.b, product.b_element, b + k * product.columns);
    }
    const double added = product.added == nullptr ? 0.0 : product.added[i];
    store_element(product.to, product.to_element, i, static_cast<float>(product.factor * sum + added));
    if (size - i <= stride) return;  // i + stride might wrap
  }
}
