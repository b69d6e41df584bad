#!/usr/bin/env bash
# The code in the pages for authors is the examples', but for its licence line.
set -eu
cd "$1/docs"
block() { awk -v start="\`\`\`$2" '$0 == start { inside = 1; next } /^```/ { inside = 0 } inside' "$1"; }
diff <(block writing-a-sampler.md cpp) <(tail -n +3 examples/rk2/rk2.cpp)
diff <(block writing-a-sampler.md c++) <(tail -n +3 ../tests/fixtures/plugins/twice/twice.cpp)
diff <(block writing-a-sampler.md cmake) examples/rk2/CMakeLists.txt
diff <(block writing-a-noise.md cpp) <(tail -n +3 ../plugins/noises/correlated.cpp)
diff <(block from-paper-to-plugin.md cpp) <(tail -n +3 examples/dpm-solver-2/dpm_solver_2.cpp)
