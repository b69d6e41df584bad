//! Samples a Gaussian of standard deviation 0.5 with dpmpp_2m: rustc --edition 2021 -O gaussian.rs -L folder/of/libks_host
use std::ffi::{c_char, c_void, CStr, CString};

mod host; // host.rs: ks/host.h, as far as this needs it
use host::*;

fn check(status: i32) {
    if status != 0 {
        eprintln!("{}", unsafe { CStr::from_ptr(ks_last_error()) }.to_string_lossy());
        std::process::exit(1);
    }
}

fn text(with_zero: &str) -> *const c_char {
    with_zero.as_ptr() as *const c_char
}

fn main() {
    let folder = CString::new(std::env::args().nth(1).unwrap_or("plugins".into())).unwrap();
    let folders: [*const c_char; 1] = [folder.as_ptr()];
    let mut x = vec![0f32; 4 * 64 * 64];
    unsafe {
        let mut library = std::ptr::null_mut();
        check(ks_library_new(&LibrarySettings { folder_count: 1, folders: folders.as_ptr(), ..new() }, &mut library));
        let mut levels = std::ptr::null_mut();
        check(ks_levels_named(text("eps\0"), &mut levels));
        let model = ks_levels_model(levels);
        let (mut sigmas, mut count) = ([0f64; 21], 0u32);
        check(ks_sigmas(library, &Chosen { name: text("karras\0"), ..new() }, 20, 1.0, std::ptr::null(), model, sigmas.as_mut_ptr(), 21, &mut count));

        check(ks_initial_noise(42, 0, 1, x.len() as u64, std::ptr::null(), x.as_mut_ptr()));
        x.iter_mut().for_each(|value| *value *= sigmas[0] as f32);

        let sampler = Chosen { name: text("dpmpp_2m\0"), ..new() };
        let settings = SessionSettings { sampler: &sampler, sigmas: sigmas.as_ptr(), sigma_count: count, model, items: 1, channels: 4, height: 64, width: 64, x: x.as_mut_ptr() as *mut c_void, ..new() };
        let mut session = std::ptr::null_mut();
        check(ks_session_new(library, &settings, &mut session));
        let mut want: Want = new();
        loop {
            check(ks_session_next(session, &mut want));
            if want.kind != WANT_DENOISE {
                break;
            }
            // The model: E[x0 | x] of data with that deviation.
            let shrink = (0.25 / (0.25 + want.sigma * want.sigma)) as f32;
            let (from, out) = (want.x as *const f32, want.out as *mut f32);
            (0..x.len()).for_each(|i| *out.add(i) = *from.add(i) * shrink);
        }
        ks_session_free(session);
        ks_levels_free(levels);
        ks_library_free(library);
    }
    let squares: f64 = x.iter().map(|value| (*value as f64).powi(2)).sum();
    println!("standard deviation {:.3}", (squares / x.len() as f64).sqrt());
}
