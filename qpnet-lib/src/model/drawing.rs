//! Initial weights are drawn by one thread at a time.

use parking_lot::{ReentrantMutex, ReentrantMutexGuard};
use tch::nn;

/// libtorch has one generator for the whole process.
static GENERATOR: ReentrantMutex<()> = ReentrantMutex::new(());

/// Held by whatever draws initial weights: seeding libtorch's generator makes them a function of
/// the seed only while no other thread draws. A network holds it over the parts that it is made of.
pub(super) fn drawing() -> ReentrantMutexGuard<'static, ()> {
    GENERATOR.lock()
}

/// A convolution with drawn weights: all are made here, since one that draws beside another network changes it.
#[allow(clippy::disallowed_methods)]
pub(super) fn conv2d(
    p: nn::Path,
    input: i64,
    output: i64,
    kernel: i64,
    config: nn::ConvConfig,
) -> nn::Conv2D {
    let _drawing = drawing();
    nn::conv2d(p, input, output, kernel, config)
}

/// The same, fully connected.
#[allow(clippy::disallowed_methods)]
pub(super) fn linear(p: nn::Path, input: i64, output: i64, config: nn::LinearConfig) -> nn::Linear {
    let _drawing = drawing();
    nn::linear(p, input, output, config)
}
