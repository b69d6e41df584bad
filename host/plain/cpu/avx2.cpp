#define KSAMPLER_ISA avx2
#include "host/plain/cpu/table.hpp"
