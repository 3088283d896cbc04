//! The inputs that every implementation gets, as in Sources/Measure/Inputs.swift.

pub const BOUNDARIES: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

pub type Triple = [String; 3];

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 33
    }

    fn fraction(&mut self) -> f64 {
        self.next() as f64 / 2147483648.0
    }
}

pub fn bucket_values() -> Vec<f64> {
    let edges = [&[0.0], &BOUNDARIES[..], &[20.0]].concat();
    let mut random = Random(42);
    (0..65536)
        .map(|_| {
            let bucket = (random.next() % (BOUNDARIES.len() as u64 + 1)) as usize;
            edges[bucket] + (edges[bucket + 1] - edges[bucket]) * random.fraction()
        })
        .collect()
}

/// One of a thousand label sets.
pub fn response(number: usize) -> Triple {
    let methods = ["GET", "PUT", "POST", "HEAD", "DELETE"];
    [methods[number % 5].into(), format!("/users/{}", number / 50), (200 + number / 5 % 10).to_string()]
}

pub fn responses(first: usize, step: usize) -> Vec<Triple> {
    (0..1024).map(|index| response(first + index * 617 * step % 1000)).collect()
}

/// The label values of one of up to ten million series.
pub fn labels(number: usize) -> Triple {
    ["GET".into(), format!("/users/{}", number / 10), (200 + number % 10).to_string()]
}

pub fn borrowed(labels: &Triple) -> [&str; 3] {
    [&labels[0], &labels[1], &labels[2]]
}
