//! The batches of a training, one after another: made when they are asked for, or one ahead by a
//! thread of their own.
//!
//! Either way one maker draws them in the same order from the same streams, so that batches, and
//! with them the trained weights, are the same to the last bit.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

use tch::{Device, Tensor};

use super::{Augment, Batch, Cell, CellSampler, Setup};
use crate::data::{ImageSet, Population};
use crate::heap;
use crate::rng::Rng;

/// Whether making batches ahead is worth a thread: where a graphics processor trains, the
/// processor has time for it; where the processor trains, all its cores are busy already. There,
/// trainings on 64 px images took 1.04 times as long with it (one thread of libtorch, two busy
/// cores), and 0.98 times with two threads: nothing is gained. On CUDA it was not measured.
pub fn prefetch_pays(device: Device) -> bool {
    device.is_cuda()
}

/// Gathers, normalises and augments.
pub(super) struct Maker {
    images: ImageSet,
    sampler: CellSampler,
    augment: Augment,
    rng: Rng,
    batch: usize,
    device: Device,
}

/// Where samples stand in the population, and their images `(b, c, h, w)`.
type Made = (Vec<usize>, Tensor);

impl Maker {
    /// Of `members` as `setup` has them, drawn by these two generators.
    fn new(setup: &Setup<'_>, members: &[(Cell, usize)], batches: Rng, augment: Rng) -> Self {
        let config = &setup.config;
        Self {
            // A tensor may move to a thread but not be shared by two.
            images: setup.population.images.share(),
            sampler: CellSampler::new(members, config.sampling, batches),
            augment: config.augment,
            rng: augment,
            batch: config.batch,
            device: setup.device,
        }
    }

    /// Images of `steps` training batches for a look at them after `epoch`: streams of their own, so that the
    /// training's go on as if nobody had looked.
    pub(super) fn look<'a>(
        setup: &'a Setup<'_>,
        members: &[(Cell, usize)],
        epoch: usize,
        steps: usize,
    ) -> impl Iterator<Item = Tensor> + use<'a> {
        let stream = |name: &str| setup.streams.at(name, epoch as u64);
        let mut maker = Self::new(setup, members, stream("statistics_batches"), stream("statistics_augment"));
        (0..steps).map(move |_| maker.make().1)
    }

    /// Draw the next batch and make nothing of it: the streams stand where they would after it.
    fn skip(&mut self) {
        let images = self.sampler.batch(self.batch).len();
        let _ = self.augment.draw(images, &mut self.rng);
    }

    fn make(&mut self) -> Made {
        let positions = self.sampler.batch(self.batch);
        let images = self.images.batch(&positions, self.device);
        (positions, self.augment.apply(&images, &mut self.rng))
    }
}

/// Gives batches without end.
pub(super) enum Feed {
    /// Each when it is asked for.
    Now(Box<Maker>),
    /// Each made while the one before is in use.
    Ahead(Ahead),
}

/// A maker at work on another thread.
pub(super) struct Ahead {
    made: Option<Receiver<Made>>,
    maker: Option<JoinHandle<()>>,
}

impl Feed {
    /// Batches of `members` as `setup` has them, after the first `done`, which a training has had.
    ///
    /// # Errors
    /// When the system has no thread to spare.
    pub fn new(setup: &Setup<'_>, members: &[(Cell, usize)], done: usize) -> std::io::Result<Self> {
        heap::keep_freed_memory();
        let mut maker =
            Maker::new(setup, members, setup.streams.get("batches"), setup.streams.get("augment"));
        (0..done).for_each(|_| maker.skip());
        if !setup.prefetch {
            return Ok(Self::Now(Box::new(maker)));
        }
        // One batch waits while the next is made and the last is in use: three in memory.
        let (send, receive) = sync_channel(1);
        let work = move || while send.send(maker.make()).is_ok() {};
        let maker = thread::Builder::new().name("batches".to_owned()).spawn(work)?;
        Ok(Self::Ahead(Ahead { made: Some(receive), maker: Some(maker) }))
    }

    /// The next batch.
    ///
    /// # Panics
    /// With the panic of the thread that makes batches, as making them here would.
    pub fn next(&mut self, population: &Population) -> Batch {
        let (positions, images) = match self {
            Self::Now(maker) => maker.make(),
            Self::Ahead(ahead) => ahead.next(),
        };
        Batch::of(population, positions, images)
    }
}

impl Ahead {
    fn next(&mut self) -> Made {
        match self.made.as_ref().and_then(|made| made.recv().ok()) {
            Some(made) => made,
            // The maker ends before its receiver only by a panic.
            None => match self.maker.take().map(JoinHandle::join) {
                Some(Err(panic)) => resume_unwind(panic),
                _ => unreachable!("the maker works until nobody listens"),
            },
        }
    }
}

impl Drop for Ahead {
    /// The maker notices that nobody listens any more; its last batch is dropped.
    fn drop(&mut self) {
        self.made = None;
        if let Some(maker) = self.maker.take() {
            let _ = maker.join(); // a panic has nobody left to reach
        }
    }
}
