// The kernels of one instruction set as a table; included once by the file that is compiled for it.
#include "host/plain/cpu/bridge.hpp"
#include "host/plain/cpu/formula.hpp"
#include "host/plain/cpu/kernels.hpp"
#include "host/plain/cpu/lincomb.hpp"
#include "host/plain/cpu/normal.hpp"
#include "host/plain/cpu/reduce.hpp"

#define KSAMPLER_TEXT_OF(word) #word
#define KSAMPLER_TEXT(word) KSAMPLER_TEXT_OF(word)

namespace ksampler::cpu::KSAMPLER_ISA {

extern const Kernels kTable;
// NOLINTNEXTLINE(misc-definitions-in-headers): included once for each instruction set
const Kernels kTable = {
    .name = KSAMPLER_TEXT(KSAMPLER_ISA),
    .lincomb = {&lincomb<Float32>, &lincomb<Float16>, &lincomb<Bfloat16>},
    .sum_of_squares = {&sum_of_squares<Float32>, &sum_of_squares<Float16>, &sum_of_squares<Bfloat16>},
    .sum_of_errors = {&sum_of_errors<Float32>, &sum_of_errors<Float16>, &sum_of_errors<Bfloat16>},
    .formula = &formula,
#if defined(__AVX2__)
    .normals = &normals,
#else
    .normals = nullptr,
#endif
    .bridge = &bridge,
    .subtract = &subtract,
    .add = &add,
    .divide = &divide,
};

}  // namespace ksampler::cpu::KSAMPLER_ISA
