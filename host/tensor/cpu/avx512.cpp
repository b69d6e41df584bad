#define KSAMPLER_ISA avx512
#include "host/tensor/cpu/table.hpp"
