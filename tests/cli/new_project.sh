#!/usr/bin/env bash
# A project that `ksampler new` wrote builds as its README says, passes its own tests, and makes a picture.
set -eu
build=$1 folder=$2 lang=$3 kind=$4
export PATH=$build/bin:$PATH

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
ksampler new my_plugin --lang "$lang" --kind "$kind"
cd my_plugin
if [ "$lang" = rust ]; then
  ./build.sh
else
  cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$build" -DCMAKE_C_FLAGS="-Wall -Wextra -Wpedantic -Werror" \
    -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Wshadow -Werror"
  cmake --build build
  ctest --test-dir build --output-on-failure
fi
library=build/plugins/my_plugin/my_plugin.so
[ "$(nm -D --defined-only "$library" | awk '{print $3}')" = ks_plugin_entry ]
ksampler list "${kind}s" --plugins build/plugins | grep -q '^my_plugin '
ksampler validate "$library"
ksampler run pipeline.yaml --out out --quiet --device cpu
[ -s out/my_plugin_00001_.png ]
if [ "$lang $kind" = "rust sampler" ]; then
  # The same formula through the rest of the binding: set() reads nothing of a new tensor, so the checks still pass.
  sed -i 's/^            let h = .*/            let mut d = run.tensor()?;\
            d.set([(1.0 \/ sigma, \&*x), (-1.0 \/ sigma, \&denoised)])?;\
            let model = run.model();\
            let same = model.sigma(model.timestep(sigma)) > 0.0 \&\& model.percent_to_sigma(0.5) < model.sigma_max();\
            if !same || run.norm(\&d)? < 0.0 || run.error_norm(x, x, x, 1.0, 1.0)? < 0.0 || !run.extension(c).is_null() {\
                run.set_error("the host answers nonsense");\
                return Err(ks::UNSUPPORTED);\
            }/
    s/^            x.combine(.*/            x.combine(1.0, [(self.scale * (sigma_next - sigma), \&d)])?;/
    s/^        let mut denoised = .*/&\
        let c = CStr::from_bytes_with_nul(b"ks.nothing\/1\\0").unwrap();/' src/lib.rs
  grep -q 'run.error_norm' src/lib.rs
  ./build.sh
  ksampler validate "$library"
fi
if [ "$lang $kind" = "rust guider" ]; then
  # The same guidance as a formula, and what the binding measures: the checks still pass.
  sed -i 's/^        run.latent(g.denoised).set.*/        let formulas = ks::Formulas::of(run).ok_or(ks::UNSUPPORTED)?;\
        let square = ks::Formula::new().term(\&positive).term(\&positive).op(ks::OP_MULTIPLY);\
        let mut length = formulas.tensor(ks::SHAPE_ITEMS)?;\
        formulas.reduce(\&mut length, ks::REDUCE_SUM, \&square)?;\
        formulas.quantile(\&mut length, \&positive, 0.5)?;\
        if formulas.extent().0 == 0 {\
            return Err(ks::UNSUPPORTED);\
        }\
        let difference = ks::Formula::new().term(\&positive).term(\&negative).op(ks::OP_SUBTRACT);\
        let guided = difference.number(cfg).op(ks::OP_MULTIPLY).term(\&negative).op(ks::OP_ADD);\
        formulas.map(\&mut run.latent(g.denoised), \&guided)/' src/lib.rs
  grep -q 'formulas.map' src/lib.rs
  ./build.sh
  ksampler validate "$library"
fi
! grep -rnI '@[a-zA-Z]*@' --include='*.*' --exclude-dir=build . || exit 1
