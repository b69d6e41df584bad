#!/usr/bin/env bash
# Gets everything that is missing, builds, and makes a first picture.
#
#   ./setup.sh        set up, build, run configs/quickstart.yaml
#   ./setup.sh test   set up, then tests/run.sh: all tests, optimised and with sanitizers, and lint
#   ./setup.sh lint   set up, then lint alone, with the checks that take long too
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

libraries=(libboost-dev libboost-context-dev libyaml-cpp-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libpng-dev
  libjpeg62-turbo-dev libwebp-dev libfmt-dev libsentencepiece-dev libssl-dev libutf8proc-dev libseccomp-dev
  libgtest-dev libbenchmark-dev)

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
    ! "$python" -c 'import ensurepip, venv' 2>/dev/null || { say "$python" && return; }
  done
}

apt() {
  local as_root=""
  [ "$(id -u)" = 0 ] || as_root=sudo
  # shellcheck disable=SC2086
  quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    stage "Packages: not checked, as this is no Debian. Needed are a C++20 compiler, CMake 3.25, Ninja"
    say "       and what Debian calls ${libraries[*]}"
    return
  fi
  local missing && missing=$(missing_packages "$@") && missing=${missing% }
  if [ -z "$missing" ]; then
    stage "Packages: all there"
    return
  fi
  stage "Packages: installing $missing"
  local advice="Missing Debian packages: $missing
Have them installed, and run this again:
  sudo apt-get update && sudo apt-get install --no-install-recommends $missing"
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "packages are missing, and this user is not root and has no sudo.
$advice"
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
    local free && free=$(df -Pk build | awk 'NR == 2 { print int($4 / 1048576) }')
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

# ---------------------------------------------------------------- what is asked for

# As many compilers as there are processors, and 1.5 GB of memory for each.
jobs() {
  awk -v processors="$(nproc)" '/^MemAvailable/ {
    jobs = int($2 / 1572864); if (jobs > processors) jobs = processors; print jobs < 1 ? 1 : jobs }' /proc/meminfo
}

make_picture() {
  stage "Building build/release with $CMAKE_BUILD_PARALLEL_LEVEL compilers at once"
  quietly cmake --workflow --preset program || fail "build/release could not be built"
  stage "Making a picture: build/release/bin/ksampler run configs/quickstart.yaml --out out"
  quietly build/release/bin/ksampler run configs/quickstart.yaml --out out ||
    fail "the quickstart did not run"
  stage "Done"
  say "
The picture: $root/$(find out -name 'quickstart_*.png' | sort | tail -n 1)
Next, from $root:
  build/release/bin/ksampler run configs/quickstart.yaml --out out --set 'positive.text=a red circle on a blue background'
  build/release/bin/ksampler list samplers
  docs/getting-started.md"
}

usage() { sed -n '2,6s/^# \{0,1\}//p' "$root/setup.sh"; }

main() {
  local what=${1:-run} programs=() tests=(release asan tsan) linters=(clang-format:clang-format clang-tidy-22:clang-tidy-22)
  case "$what" in
    run) ;;
    test)
      libraries+=(libclang-rt-19-dev)  # clang: for the sanitizers, and the fuzzers, which are its own
      programs=(python3:python3 pkg-config:pkg-config cargo:cargo clang++-19:clang-19 abidiff:abigail-tools doxygen:doxygen)
      ;;
    lint) programs=("${linters[@]}") ;;
    help | -h | --help) usage && exit ;;
    *) say "setup.sh: unknown word '$what'" >&2 && usage >&2 && exit 2 ;;
  esac
  mkdir -p build && exec 9>build/setup.lock
  flock -n 9 || fail "another setup.sh is running in this folder"
  : >"$log"
  install_packages "${programs[@]}"
  get_libtorch
  CMAKE_BUILD_PARALLEL_LEVEL=$(jobs) && export CMAKE_BUILD_PARALLEL_LEVEL LIBTORCH_ROOT
  case "$what" in
    run) make_picture ;;
    test)
      [ ! -e build/venv/bin/python ] || PIP_DISABLE_PIP_VERSION_CHECK=1 quietly build/venv/bin/python -m pip install --no-cache-dir \
        --no-input --progress-bar off -r tests/python/requirements.txt || say "Going on without diffusers: its test skips."
      quietly tests/workflows/get.sh "$(python_with_venv)" || say "Going on without public workflows: their test skips."
      # Debian's security updates alone have this clang-tidy: where they are not, all else is tested.
      if (install_packages "${linters[@]}"); then tests+=(lint); else say "Going on without lint."; fi
      tests/run.sh "${tests[@]}" 2>&1 | tee -a "$log"
      ;;
    lint) tests/run.sh lint-all 2>&1 | tee -a "$log" ;;
  esac
}

main "$@"
