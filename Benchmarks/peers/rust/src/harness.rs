//! How operations are repeated and timed, as in Sources/Measure.

use std::hint::black_box;
use std::ops::Range;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

#[derive(Clone, Copy)]
pub struct Mode {
    pub threads: usize,
    pub split: bool,
    pub work: bool,
}

impl Mode {
    pub const ONE: Mode = Mode { threads: 1, split: false, work: false };
    pub const TWO: Mode = Mode { threads: 2, split: false, work: false };
    pub const SPLIT: Mode = Mode { threads: 2, split: true, work: false };
    pub const ALL: [Mode; 5] = [
        Mode::ONE,
        Mode::TWO,
        Mode::SPLIT,
        Mode { threads: 1, split: false, work: true },
        Mode { threads: 2, split: false, work: true },
    ];

    pub fn suffix(&self) -> String {
        let split = if self.split { "-split" } else { "" };
        let work = if self.work { "/work" } else { "" };
        format!("{}t{split}{work}", self.threads)
    }

    pub fn series(&self) -> usize {
        if self.split { self.threads } else { 1 }
    }
}

/// Performs an operation for each index.
pub type Loop = Box<dyn Fn(Range<usize>) + Send + Sync>;

pub struct Loops {
    measured: Vec<Loop>,
    /// The work alone; empty where there is none.
    subtracted: Vec<Loop>,
}

impl Loops {
    /// Makes the operation of each series; threads share it where there are fewer.
    pub fn new<Operation: Fn(usize) + Send + Sync + 'static>(
        mode: Mode,
        make: impl Fn(usize) -> Operation,
    ) -> Loops {
        let each = |thread: usize| -> Loop {
            let operation = make(thread % mode.series());
            if mode.work { with_work(operation) } else { plain(operation) }
        };
        let idle = |_| -> Loop { with_work(|_| ()) };
        Loops {
            measured: (0..mode.threads).map(each).collect(),
            subtracted: (0..if mode.work { mode.threads } else { 0 }).map(idle).collect(),
        }
    }
}

fn plain<Operation: Fn(usize) + Send + Sync + 'static>(operation: Operation) -> Loop {
    Box::new(move |indices| {
        for index in indices {
            operation(index);
        }
    })
}

fn with_work<Operation: Fn(usize) + Send + Sync + 'static>(operation: Operation) -> Loop {
    Box::new(move |indices| {
        let mut state: u64 = 1;
        for index in indices {
            operation(index);
            state = worked(state);
        }
        black_box(state);
    })
}

/// About 100 ns of arithmetic, each step waiting for the one before.
#[inline(always)]
fn worked(mut state: u64) -> u64 {
    for _ in 0..90 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    }
    state
}

const CHUNK: Duration = Duration::from_millis(1);
const TURNS: u32 = 5;

/// The cost in nanoseconds of one operation to the thread that performs it.
pub fn nanoseconds(loops: &Loops, duration: Duration) -> f64 {
    if loops.subtracted.is_empty() {
        return cost(&loops.measured, duration);
    }
    let turn = duration / (2 * TURNS);
    median((0..TURNS).map(|_| cost(&loops.measured, turn) - cost(&loops.subtracted, turn)).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn timed(one: &Loop, indices: Range<usize>) -> Duration {
    let start = Instant::now();
    one(indices);
    start.elapsed()
}

fn chunk_of(one: &Loop) -> usize {
    let mut count = 1;
    while (0..3).map(|_| timed(one, 0..count)).min() < Some(CHUNK) {
        count *= 2;
    }
    count
}

/// The mean over threads that start together.
fn cost(loops: &[Loop], length: Duration) -> f64 {
    let chunk = chunk_of(&loops[0]);
    let barrier = Barrier::new(loops.len());
    let run = |(thread, one): (usize, &Loop)| {
        barrier.wait();
        repeated(one, chunk, thread * 32768, length)
    };
    let run = &run;
    let costs: Vec<f64> = thread::scope(|scope| {
        let threads: Vec<_> = loops.iter().enumerate().map(|pair| scope.spawn(move || run(pair))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    costs.iter().sum::<f64>() / costs.len() as f64
}

fn repeated(one: &Loop, chunk: usize, first: usize, length: Duration) -> f64 {
    let start = Instant::now();
    let mut index = first;
    let mut lengths = Vec::new();
    while start.elapsed() < length {
        lengths.push(timed(one, index..index + chunk).as_nanos() as f64);
        index += chunk;
    }
    median(lengths) / chunk as f64
}

/// The bytes of this process that are in RAM.
pub fn resident_bytes() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    4096.0 * statm.split(' ').nth(1).unwrap().parse::<f64>().unwrap()
}
