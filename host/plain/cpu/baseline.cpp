#define KSAMPLER_ISA baseline
#include "host/plain/cpu/table.hpp"
