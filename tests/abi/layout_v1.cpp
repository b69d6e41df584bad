// Compiled against the frozen headers: layout.def says all that is in them, and nothing else.
#define KS_LAYOUT_EXACT
#include "tests/abi/layout_checks.hpp"
