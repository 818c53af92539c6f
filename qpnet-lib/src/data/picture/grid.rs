//! Connected components, closing and hole filling of a yes-or-no picture.
//!
//! Written out here: `imageproc`, which has them, would bring `nalgebra` into every notebook, and
//! its components link direct neighbours only. Each takes time linear in the number of cells.

/// Columns and rows between two cells that belong together.
pub(super) const LINK: usize = 2;

/// Yes or no for every pixel, row by row.
pub(super) struct Grid {
    pub cells: Vec<bool>,
    pub width: usize,
    pub height: usize,
}

impl Grid {
    fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.cells.chunks(self.width)
    }

    /// The component of linked cells with the most of them; of equals the first from above.
    pub fn largest(&self) -> Self {
        let Self { ref cells, width, height } = *self;
        let mut labels = vec![0usize; cells.len()]; // 0: in no component yet
        let (mut best, mut most, mut next) = (0, 0, 1);
        let mut waiting = Vec::new();
        for start in 0..cells.len() {
            if !cells[start] || labels[start] != 0 {
                continue;
            }
            let mut size = 0;
            labels[start] = next;
            waiting.push(start);
            while let Some(at) = waiting.pop() {
                size += 1;
                let (x, y) = (at % width, at / width);
                let columns = x.saturating_sub(LINK)..=(x + LINK).min(width - 1);
                for row in y.saturating_sub(LINK)..=(y + LINK).min(height - 1) {
                    for near in columns.clone().map(|column| row * width + column) {
                        if cells[near] && labels[near] == 0 {
                            labels[near] = next;
                            waiting.push(near);
                        }
                    }
                }
            }
            if size > most {
                (best, most) = (next, size);
            }
            next += 1;
        }
        Self { cells: labels.iter().map(|&label| label != 0 && label == best).collect(), width, height }
    }

    /// Morphological closing by a square of 2 [`LINK`] + 1 on an unbounded plane: grow, then shrink.
    pub fn closed(&self) -> Self {
        const SIDE: usize = 2 * LINK + 1;
        // Room for what grows over the borders.
        let (wide, tall) = (self.width + SIDE - 1, self.height + SIDE - 1);
        let mut grown = vec![false; wide * tall];
        for (y, row) in self.rows().enumerate() {
            let mut line = vec![false; wide];
            row.iter().enumerate().filter(|(_, lit)| **lit).for_each(|(x, _)| line[x..x + SIDE].fill(true));
            for target in grown[y * wide..(y + SIDE) * wide].chunks_mut(wide) {
                target.iter_mut().zip(&line).for_each(|(cell, lit)| *cell |= lit);
            }
        }
        let shrunk = (0..self.height).flat_map(|y| {
            let mut line = vec![true; wide];
            for source in grown[y * wide..(y + SIDE) * wide].chunks(wide) {
                line.iter_mut().zip(source).for_each(|(cell, lit)| *cell &= lit);
            }
            line.windows(SIDE).map(|cells| cells.iter().all(|lit| *lit)).collect::<Vec<_>>()
        });
        Self { cells: shrunk.collect(), width: self.width, height: self.height }
    }

    /// These cells and all that no path of empty cells, side by side, connects with its border.
    pub fn filled(&self) -> Self {
        let Self { ref cells, width, height } = *self;
        let on_border = |at: usize| {
            let (x, y) = (at % width, at / width);
            x == 0 || y == 0 || x == width - 1 || y == height - 1
        };
        let mut inside = vec![true; cells.len()];
        let mut waiting: Vec<usize> = (0..cells.len()).filter(|&at| !cells[at] && on_border(at)).collect();
        waiting.iter().for_each(|&at| inside[at] = false);
        while let Some(at) = waiting.pop() {
            let (x, y) = (at % width, at / width);
            let sides = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then(|| at + 1),
                (y > 0).then(|| at - width),
                (y + 1 < height).then(|| at + width),
            ];
            for near in sides.into_iter().flatten() {
                if inside[near] && !cells[near] {
                    inside[near] = false;
                    waiting.push(near);
                }
            }
        }
        Self { cells: inside, width, height }
    }
}
