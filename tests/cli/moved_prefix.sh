#!/usr/bin/env bash
# Installs everything, moves it, and makes a picture there with LIBTORCH_ROOT alone: LibTorch is taken from there, and
# what is for CUDA is not loaded where there is no GPU.
set -eu
build=$1 folder=$2 cmake=$3 libtorch=$4

rm -rf "$folder"
mkdir -p "$folder"
"$cmake" --install "$build" --prefix "$folder/installed" >"$folder/install.txt"
mv "$folder/installed" "$folder/moved"
ln -s "$libtorch" "$folder/torch"

runtime=$folder/moved/lib/ksampler/libksampler_runtime.so
if readelf -d "$runtime" | grep -E 'RPATH|RUNPATH|libtorch_cuda|libtorch\.so'; then
  echo "the line above ties $runtime to a machine"
  exit 1
fi

sanitizers=()
for name in ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS; do
  [ -z "${!name:-}" ] || sanitizers+=("$name=${!name}")
done
cd "$folder"
env -i "${sanitizers[@]}" LIBTORCH_ROOT="$folder/torch" LD_DEBUG=files LD_DEBUG_OUTPUT="$folder/loaded" \
  moved/bin/ksampler run moved/share/ksampler/configs/toy.yaml --out pictures --device auto
ls pictures/*.png
grep -q "calling init: $folder/torch/lib/libtorch_cpu.so" loaded.*
if [ ! -e /dev/nvidiactl ] && grep -E 'calling init: .*(libtorch_cuda|libcudnn|libcublas)' loaded.*; then
  echo "the lines above are of what only a GPU needs"
  exit 1
fi

# A program of what is installed, as docs/embedding.md builds it. (One without a sanitizer's runtime opens no library with it.)
if [ ${#sanitizers[@]} = 0 ]; then
  export PKG_CONFIG_PATH=$folder/moved/lib/pkgconfig:$folder/moved/lib/$(cc -print-multiarch)/pkgconfig
  # shellcheck disable=SC2046
  c++ -std=c++20 moved/share/ksampler/examples/embedding/picture.cpp $(pkg-config --cflags --libs ks_pipeline) \
    -Wl,-rpath,"$(pkg-config --variable=libdir ks_pipeline)" -o picture
  env -i LIBTORCH_ROOT="$folder/torch" ./picture moved/share/ksampler/configs/quickstart.yaml star.ppm | grep 'star.ppm: '
fi
rm -rf "$folder"
