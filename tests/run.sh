#!/usr/bin/env bash
# Runs workflows of CMakePresets.json, and counts the tests.
#
#   tests/run.sh release asan tsan
#
# Each is also a command of its own: cmake --workflow --preset asan
set -u -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Prints "PASSED FAILED" of what CTest wrote as JUnit. A case there is a program that counts its own tests, or one test.
count() {
  awk '
    { sub(/^[ \t]*<system-out>/, "") }
    /<testcase / { ran = /status="run"/; bad = /status="fail"/; counted = blamed = 0 }
    /message="Unable to find executable"/ { bad = 1 }
    /^\[  PASSED  \] / { passed += $4; counted = 1 }
    /^\[  FAILED  \] .* \([0-9]+ ms\)$/ { failed++; blamed = 1 }
    /<\/testcase>/ {
      if (ran && !counted) passed++
      if (bad && !blamed) failed++  # a crash, or a leak at the end
    }
    END { print passed + 0, failed + 0 }' "$1"
}

TIMEFORMAT='took %0R s; of processors: %0U s in programs, %0S s in the kernel'
passed=0 failed=0 broken=()
for workflow in "$@"; do
  printf '\n==== %s\n' "$workflow"
  results=build/$workflow/tests.xml
  rm -f "$results"
  # Without the lines of what is being compiled.
  time cmake --workflow --preset "$workflow" 2>&1 | { grep --line-buffered -vE '^\[[0-9]+/[0-9]+\] ' || true; } ||
    broken+=("$workflow")
  if [ -e "$results" ]; then
    read -r ok bad <<<"$(count "$results")"
    passed=$((passed + ok)) failed=$((failed + bad))
  elif [[ $workflow != lint* ]]; then
    printf 'no tests were run in build/%s\n' "$workflow"
  fi
done
[ ${#broken[@]} = 0 ] || printf '\nFailed: %s\n' "${broken[*]}"
[ $((passed + failed)) = 0 ] || printf '\n%s passed, %s failed\n' "$passed" "$failed"
[ ${#broken[@]} = 0 ]
