// Today's headers are those of ABI 1.0, or an extension of them.
#include "tests/abi/layout_checks.hpp"
