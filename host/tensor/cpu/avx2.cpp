#define KSAMPLER_ISA avx2
#include "host/tensor/cpu/table.hpp"
