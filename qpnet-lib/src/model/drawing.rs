//! Initial weights are drawn by one thread at a time.

use parking_lot::{ReentrantMutex, ReentrantMutexGuard};

/// libtorch has one generator for the whole process.
static GENERATOR: ReentrantMutex<()> = ReentrantMutex::new(());

/// Held by whatever draws initial weights: seeding libtorch's generator makes them a function of
/// the seed only while no other thread draws. A network holds it over the parts that it is made of.
pub(super) fn drawing() -> ReentrantMutexGuard<'static, ()> {
    GENERATOR.lock()
}
