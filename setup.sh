#!/usr/bin/env bash
# Gets everything that is missing, builds, and makes a first picture.
#
#   ./setup.sh        set up, build, run configs/quickstart.yaml
#   ./setup.sh test   set up, build, run all tests: optimised, and with sanitizers
#   ./setup.sh lint   set up, check format and run clang-tidy
#
# Installs Debian packages that are missing and, unless LIBTORCH_ROOT names a LibTorch, the Python wheel
# torch into build/venv. Everything else stays in build/; what commands print goes to build/setup.log.
set -eu -o pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
root=$PWD
log=$root/build/setup.log
torch_version=2.15.0

say() { printf '%s\n' "$*"; }
stage() { printf '[%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
fail() {
  say "setup.sh: $*" >&2
  exit 1
}

# Runs a command with its output in the log; shows the end of it if the command fails.
quietly() {
  local start status=0
  printf '\n$ %s\n' "$*" >>"$log"
  start=$(wc -l <"$log")
  "$@" >>"$log" 2>&1 </dev/null || status=$?
  if [ $status -ne 0 ]; then
    say "'$1' failed with status $status. The end of what it printed:" >&2
    tail -n +$((start + 1)) "$log" | tail -n 30 | sed 's/^/  | /' >&2
    say "All of it is in $log" >&2
  fi
  return $status
}

# ---------------------------------------------------------------- Debian packages

libraries=(libboost-dev libyaml-cpp-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libpng-dev
  libjpeg62-turbo-dev libssl-dev libutf8proc-dev libseccomp-dev libcpp-httplib-dev libgtest-dev libbenchmark-dev)

missing_packages() {
  local tool package
  for tool in g++:g++ cmake:cmake ninja:ninja-build "$@"; do
    command -v "${tool%%:*}" >/dev/null || printf '%s ' "${tool##*:}"
  done
  for package in "${libraries[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | head -n 1)" = installed ] ||
      printf '%s ' "$package"
  done
  if [ -z "${LIBTORCH_ROOT:-}" ] && [ -z "$(python_with_venv)" ]; then printf 'python3-venv '; fi
}

# The system's Python first: another one in PATH may come without venv.
python_with_venv() {
  local python
  for python in /usr/bin/python3 python3; do
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      say "$python"
      return
    fi
  done
}

apt() {
  local as_root=""
  [ "$(id -u)" = 0 ] || as_root=sudo
  # shellcheck disable=SC2086
  quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null; then
    stage "Packages: not checked, as this is no Debian. Needed are a C++20 compiler, CMake 3.25, Ninja"
    say "       and what Debian calls ${libraries[*]}"
    return
  fi
  missing=$(missing_packages "$@")
  missing=${missing% }
  if [ -z "$missing" ]; then
    stage "Packages: all there"
    return
  fi
  stage "Packages: installing $missing"
  local advice="Missing Debian packages: $missing
Have them installed, and run this again:
  sudo apt-get update && sudo apt-get install --no-install-recommends $missing"
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    fail "packages are missing, and this user is not root and has no sudo.
$advice"
  fi
  apt update || say "Going on with the package lists that are there." >&2
  # shellcheck disable=SC2086
  apt install --no-install-recommends $missing || fail "packages could not be installed.
$advice"
}

# ---------------------------------------------------------------- LibTorch

get_libtorch() {
  if [ -n "${LIBTORCH_ROOT:-}" ]; then
    [ -e "$LIBTORCH_ROOT/lib/libtorch.so" ] ||
      fail "LIBTORCH_ROOT is $LIBTORCH_ROOT, but there is no lib/libtorch.so in it"
    stage "LibTorch: $LIBTORCH_ROOT"
    return
  fi
  local venv=$root/build/venv
  if [ ! -e "$venv/torch-$torch_version.installed" ]; then
    local free
    free=$(df -Pk build | awk 'NR == 2 { print int($4 / 1048576) }')
    [ "$free" -ge 9 ] || fail "LibTorch takes 9 GB while it is installed; $root/build has $free GB free.
If you have a LibTorch already, set LIBTORCH_ROOT to its folder (the one with include/ and lib/)."
    stage "LibTorch: installing torch $torch_version into build/venv (3 GB to load, some minutes)"
    mkdir -p build/tmp
    quietly "$(python_with_venv)" -m venv --clear "$venv" || fail "no virtual environment at $venv"
    # Nothing outside build/: no cache in the home folder, temporary files here.
    TMPDIR=$root/build/tmp PIP_DISABLE_PIP_VERSION_CHECK=1 quietly "$venv/bin/python" -m pip install \
      --no-cache-dir --no-compile --no-input --progress-bar off --only-binary :all: \
      "torch==$torch_version" || fail "torch could not be installed from the package index (see above).
If you have a LibTorch already, set LIBTORCH_ROOT to its folder (the one with include/ and lib/)."
    rm -rf build/tmp
    touch "$venv/torch-$torch_version.installed"
  fi
  LIBTORCH_ROOT=$(echo "$venv"/lib/python3*/site-packages/torch)
  stage "LibTorch: torch $torch_version in build/venv"
}

# ---------------------------------------------------------------- build

# As many compilers as there are processors, and 1.5 GB of memory for each.
jobs() {
  local by_memory
  by_memory=$(awk '/^MemAvailable/ { print int($2 / 1572864) }' /proc/meminfo)
  local count
  count=$(nproc)
  [ "$by_memory" -ge "$count" ] || count=$by_memory
  [ "$count" -ge 1 ] || count=1
  say "$count"
}

configure() {
  local preset=$1 fresh=""
  # What was found in another LibTorch must not be kept.
  if [ -e "build/$preset/CMakeCache.txt" ] &&
    ! grep -qxF "LIBTORCH_ROOT:PATH=$LIBTORCH_ROOT" "build/$preset/CMakeCache.txt"; then
    fresh=--fresh
  fi
  if [ -n "$fresh" ] || [ ! -e "build/$preset/build.ninja" ]; then
    # shellcheck disable=SC2086
    quietly cmake --preset "$preset" $fresh -DLIBTORCH_ROOT="$LIBTORCH_ROOT" ||
      fail "the build in build/$preset could not be configured"
  fi
}

build() {
  local preset=$1
  shift
  stage "Building build/$preset with $(jobs) compilers at once"
  configure "$preset"
  quietly cmake --build --preset "$preset" -j "$(jobs)" "$@" || fail "build/$preset could not be built"
}

# ---------------------------------------------------------------- what is asked for

make_picture() {
  build release --target host/all plugins/all
  stage "Making a picture: build/release/bin/ksampler run configs/quickstart.yaml --out out"
  quietly build/release/bin/ksampler run configs/quickstart.yaml --out out ||
    fail "the quickstart did not run"
  local picture
  picture=$(find out -name 'quickstart_*.png' | sort | tail -n 1)
  stage "Done"
  say
  say "The picture: $root/$picture"
  say "Next, from $root:"
  say "  build/release/bin/ksampler run configs/quickstart.yaml --out out --set 'positive.text=a red circle on a blue background'"
  say "  build/release/bin/ksampler list samplers"
  say "  docs/getting-started.md"
}

sources() {
  git ls-files -co --exclude-standard -- '*.cpp' '*.hpp' '*.h' '*.c' 2>/dev/null ||
    find sdk host plugins tests bench -name '*.[ch]pp' -o -name '*.[ch]'
}

check_format() {
  stage "Format: $(clang-format --version | grep -o 'version [0-9.]*')"
  sources | xargs clang-format --dry-run -Werror >>"$log" 2>&1 || {
    sources | xargs clang-format --dry-run -Werror 2>&1 | grep -o '^[^ ]*: error' | head -n 10 >&2
    fail "the lines above are not as .clang-format wants them; 'clang-format -i FILE' mends that"
  }
}

# Prints "PASSED FAILED" of a verbose CTest log. An entry of CTest is a program that counts its own tests, or one test.
count_tests() {
  awk '
    /^[0-9]+: \[  PASSED  \] / { passed += $5; counted[$1] = 1 }
    /^[0-9]+: \[  FAILED  \] .* \([0-9]+ ms\)$/ { failed++; blamed[$1] = 1 }
    /^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
      entry = $0; sub(/^[^#]*#/, "", entry); sub(/:.*/, ":", entry)
      if (/ Passed +[0-9.]+ sec/) { if (!counted[entry]) passed++ }
      else if (!blamed[entry]) failed++  # a crash, or a leak at the end
    }
    END { print passed + 0, failed + 0 }' "$1"
}

# What the entries that failed printed, of a verbose CTest log.
print_failed() {
  local entry
  for entry in $(sed -n '/\*\*\*/s/^ *[0-9]*\/[0-9]* Test *#\([0-9]*\):.*/\1/p' "$1"); do
    grep "^$entry: " "$1" | grep -vE 'Test command|Working Directory|Test timeout|Skipped|PASSED' | tail -n 60
  done
}

run_tests() {
  local preset counts passed=0 failed=0 output status=0
  check_format
  for preset in release asan tsan; do
    build "$preset"
    stage "Testing build/$preset"
    output=build/$preset/ctest.log
    if ! GTEST_BRIEF=1 ctest --preset "$preset" --verbose >"$output" 2>&1; then
      status=1
      print_failed "$output"
    fi
    cat "$output" >>"$log"
    grep -qE '^[0-9]+% tests passed' "$output" || {
      tail -n 20 "$output"
      fail "no tests were run in build/$preset"
    }
    sed -n '/^[0-9]*% tests passed/,$p' "$output"
    counts=$(count_tests "$output")
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
  done
  stage "Done"
  say "$passed passed, $failed failed"
  return $status
}

# All files that need no LibTorch: the others take a minute each.
lint() {
  check_format
  build release
  local tidy="clang-tidy --quiet -p build/release --extra-arg=-Wno-unknown-warning-option
    --extra-arg=-Wno-unused-command-line-argument"
  stage "Lint: $(clang-tidy --version | grep -o 'version [0-9.]*')"
  # shellcheck disable=SC2086
  find host/base host/files host/plugin host/graph host/cli host/serve host/nodes/declarations* plugins -name '*.cpp' |
    sort | xargs -P "$(jobs)" -n 4 $tidy 2>>"$log" || fail "clang-tidy found what is printed above"
  stage "Done: nothing found"
}

usage() { sed -n '2,6s/^# \{0,1\}//p' "$root/setup.sh"; }

main() {
  case "${1:-run}" in
    run | test | lint) ;;
    help | -h | --help)
      usage
      exit
      ;;
    *)
      say "setup.sh: unknown word '$1'" >&2
      usage >&2
      exit 2
      ;;
  esac
  mkdir -p build
  exec 9>build/setup.lock
  flock -n 9 || fail "another setup.sh is running in this folder"
  : >"$log"
  case "${1:-run}" in
    run) install_packages ;;
    test)
      # clang++ for the fuzzers alone.
      libraries+=(libclang-rt-dev)
      install_packages clang-format:clang-format python3:python3 pkg-config:pkg-config cargo:cargo \
        clang++:clang abidiff:abigail-tools doxygen:doxygen
      ;;
    lint) install_packages clang-format:clang-format clang-tidy:clang-tidy ;;
  esac
  get_libtorch
  case "${1:-run}" in
    run) make_picture ;;
    test) run_tests ;;
    lint) lint ;;
  esac
}

main "$@"
