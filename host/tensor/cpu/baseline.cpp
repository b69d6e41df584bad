#define KSAMPLER_ISA baseline
#include "host/tensor/cpu/table.hpp"
