//! Several replicates in one pass: what is read of a sample serves all of them.

use super::engine::Bootstrap;
use crate::threads;

/// Replicates that are computed together.
pub(crate) const LANES: usize = 8;

/// How often one patient was drawn in each of [`LANES`] replicates.
///
/// Counts end at 65,535. In a stratum of more patients than that, one patient is drawn more often
/// with a probability below 1e-100,000.
pub(crate) type Counts = [u16; LANES];

/// Add how often the patient of a sample was drawn to the positives `p` or the negatives `q`.
///
/// An entry is `slot << 2 | positive << 1 | last of its score`. The outcome is a factor, since chance
/// would mislead a branch.
#[inline]
pub(crate) fn add_drawn(entry: u32, counts: &[Counts], p: &mut [f64; LANES], q: &mut [f64; LANES]) {
    let (drawn, positive) = (&counts[(entry >> 2) as usize], f64::from(entry >> 1 & 1));
    for lane in 0..LANES {
        let weight = f64::from(drawn[lane]);
        p[lane] += positive * weight;
        q[lane] += weight - positive * weight;
    }
}

impl Bootstrap<'_> {
    /// Anything computed on [`LANES`] replicates at a time, in the order of replicates: how often
    /// the patient of each slot was drawn goes in. The draws are those of
    /// [`Bootstrap::replicate`], so that results of both may be subtracted.
    pub(crate) fn lanes<T: Send>(&self, statistic: impl Fn(&[Counts]) -> [T; LANES] + Sync) -> Vec<T> {
        let (patients, replicates) = (self.resampler.patients(), self.replicates);
        let block = |(drawn, counts): &mut (Vec<u32>, Vec<Counts>), block: usize| {
            for lane in 0..LANES {
                // Lanes after the last replicate stay empty.
                let b = block * LANES + lane;
                drawn.fill(0);
                if b < replicates {
                    self.resampler.draw_slots(&mut self.streams.at("bootstrap", b as u64), drawn);
                }
                for (counts, &count) in counts.iter_mut().zip(&*drawn) {
                    counts[lane] = count.min(u16::MAX.into()) as u16;
                }
            }
            statistic(counts)
        };
        let room = || (vec![0; patients], vec![[0; LANES]; patients]);
        let found: Vec<[T; LANES]> = threads::count_in(replicates.div_ceil(LANES), room, block);
        found.into_iter().flatten().take(replicates).collect()
    }
}
