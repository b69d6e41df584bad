#!/usr/bin/env bash
# The code in writing-a-sampler.md is the example's, but for its licence line.
set -eu
cd "$1/docs"
block() { awk -v start="\`\`\`$1" '$0 == start { inside = 1; next } /^```/ { inside = 0 } inside' writing-a-sampler.md; }
diff <(block cpp) <(tail -n +3 examples/rk2/rk2.cpp)
diff <(block cmake) examples/rk2/CMakeLists.txt
