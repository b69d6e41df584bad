#define KSAMPLER_ISA avx512
#include "host/plain/cpu/table.hpp"
