// What every test on LibTorch includes, compiled once (host/cmake/PrecompiledHeaders.cmake).
#include "host/cmake/torch_headers.hpp"
#include "tests/support/test_headers.hpp"
