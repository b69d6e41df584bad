// What every test includes, compiled once (host/cmake/PrecompiledHeaders.cmake).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>
