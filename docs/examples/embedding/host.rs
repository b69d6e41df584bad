//! ks/host.h for Rust: what gaussian.rs needs of it.
use std::ffi::{c_char, c_void};

pub const WANT_DENOISE: u32 = 1;

/// A struct of the interface: all zero, but for its size.
pub unsafe trait Sized4: Sized {}
pub fn new<T: Sized4>() -> T {
    unsafe {
        let mut made: T = std::mem::zeroed();
        *(&mut made as *mut T as *mut u32) = std::mem::size_of::<T>() as u32;
        made
    }
}

macro_rules! structs {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        $(#[repr(C)] pub struct $name { pub size: u32, $(pub $field: $type),* }
          unsafe impl Sized4 for $name {})*
    };
}
structs! {
    LibrarySettings { folder_count: u32, folders: *const *const c_char, isolate: *const *const c_char, isolate_count: u32,
        isolation_limit: u32, isolating_program: *const c_char, log: *const c_void, log_context: *mut c_void }
    Chosen { setting_count: u32, name: *const c_char, settings: *const c_void, inside: *const Chosen }
    SessionSettings { flags: u32, sampler: *const Chosen, sigmas: *const f64, sigma_count: u32, element: u32, model: *const c_void,
        items: u32, channels: u32, height: u32, width: u32, x: *mut c_void, space: *const c_void, seed: u64, profile: u32,
        guider_count: u32, batch_index: *const i64, guiders: *const *const Chosen, noises: *const *const Chosen, noise_count: u32,
        reserved: u32, cfg: f64, family: *const c_char }
    Want { kind: u32, sigma: f64, sigma_next: f64, x: *const c_void, out: *mut c_void, unconditional: *mut c_void,
        negative: *mut c_void, empty: *mut c_void, height: u32, width: u32, step: u32, steps: u32 }
}

#[link(name = "ks_host")]
extern "C" {
    pub fn ks_last_error() -> *const c_char;
    pub fn ks_library_new(settings: *const LibrarySettings, library: *mut *mut c_void) -> i32;
    pub fn ks_library_free(library: *mut c_void);
    pub fn ks_levels_named(name: *const c_char, levels: *mut *mut c_void) -> i32;
    pub fn ks_levels_model(levels: *const c_void) -> *const c_void;
    pub fn ks_levels_free(levels: *mut c_void);
    pub fn ks_sigmas(library: *mut c_void, scheduler: *const Chosen, steps: u32, denoise: f64, sampler: *const c_char,
        model: *const c_void, sigmas: *mut f64, room: u32, count: *mut u32) -> i32;
    pub fn ks_initial_noise(seed: u64, profile: u32, items: u32, elements: u64, batch_index: *const i64, noise: *mut f32) -> i32;
    pub fn ks_session_new(library: *mut c_void, settings: *const SessionSettings, session: *mut *mut c_void) -> i32;
    pub fn ks_session_next(session: *mut c_void, want: *mut Want) -> i32;
    pub fn ks_session_free(session: *mut c_void);
}
