//! Measures the Rust crate `prometheus`, which has no summary; takes the same commands as Sources/Measure.

mod harness;
mod inputs;

use harness::{nanoseconds, resident_bytes, Loops, Mode};
use inputs::{borrowed, bucket_values, labels, responses, Triple, BOUNDARIES};
use prometheus::{Encoder, GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
use std::hint::black_box;
use std::time::{Duration, Instant};

const LABELS: [&str; 3] = ["method", "route", "code"];

struct Bench {
    name: String,
    unit: &'static str,
    measure: Box<dyn Fn(Duration) -> f64>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["list"] => benches().iter().for_each(|bench| println!("rust_prometheus {}", bench.name)),
        ["run", _, name, milliseconds] => run(name, Duration::from_millis(milliseconds.parse().unwrap())),
        _ => panic!("Usage: rust_prometheus list | run rust_prometheus BENCH MILLISECONDS"),
    }
}

fn run(name: &str, duration: Duration) {
    let bench = benches().into_iter().find(|bench| bench.name == name).expect("an unknown bench");
    let value = (bench.measure)(duration);
    println!(r#"{{"bench":"{name}","impl":"rust_prometheus","{}":{value:.3}}}"#, bench.unit);
}

fn benches() -> Vec<Bench> {
    let mut all = Vec::new();
    all.extend(modes("counter/handle", &Mode::ALL, counter_handle));
    all.extend(modes("gauge/handle", &Mode::ALL, gauge_handle));
    all.extend(modes("histogram/handle", &Mode::ALL, histogram_handle));
    all.extend(modes("counter/lookup3", &Mode::ALL, counter_lookup));
    all.extend(modes("render/1k", &[Mode::ONE], |mode| render(mode, 1000)));
    all.extend(modes("render/10k", &[Mode::ONE], |mode| render(mode, 10_000)));
    all.extend(modes("render/100k", &[Mode::ONE], |mode| render(mode, 100_000)));
    all.extend(modes("render/1m", &[Mode::ONE], |mode| render(mode, 1_000_000)));
    all.push(whole("register/new/10", "ns", |duration| register_new(10, duration)));
    all.push(whole("register/new/100k", "ns", |duration| register_new(100_000, duration)));
    all.push(whole("register/new/1M", "ns", |duration| register_new(1_000_000, duration)));
    all.push(whole("memory/counter", "bytes", |_| memory_counter()));
    all.push(whole("memory/histogram", "bytes", |_| memory_histogram()));
    all
}

fn modes(name: &str, modes: &[Mode], make: fn(Mode) -> Loops) -> Vec<Bench> {
    let each = |mode: &Mode| {
        let mode = *mode;
        let name = format!("{name}/{}", mode.suffix());
        whole(&name, "ns", move |duration| nanoseconds(&make(mode), duration))
    };
    modes.iter().map(each).collect()
}

fn whole(name: &str, unit: &'static str, measure: impl Fn(Duration) -> f64 + 'static) -> Bench {
    Bench { name: name.into(), unit, measure: Box::new(measure) }
}

fn counters(labels: &[&str]) -> IntCounterVec {
    let family = IntCounterVec::new(Opts::new("sample_total", "A sample."), labels).unwrap();
    prometheus::register(Box::new(family.clone())).unwrap();
    family
}

fn histograms(labels: &[&str]) -> HistogramVec {
    let options = HistogramOpts::new("sample", "A sample.").buckets(BOUNDARIES.to_vec());
    let family = HistogramVec::new(options, labels).unwrap();
    prometheus::register(Box::new(family.clone())).unwrap();
    family
}

fn counter_handle(mode: Mode) -> Loops {
    let family = counters(&["shard"]);
    Loops::new(mode, |series| {
        let counter = family.with_label_values(&[&series.to_string()]);
        move |_| counter.inc()
    })
}

fn gauge_handle(mode: Mode) -> Loops {
    let family = GaugeVec::new(Opts::new("sample", "A sample."), &["shard"]).unwrap();
    prometheus::register(Box::new(family.clone())).unwrap();
    Loops::new(mode, |series| {
        let gauge = family.with_label_values(&[&series.to_string()]);
        let values = bucket_values();
        move |index| gauge.set(values[index & 65535])
    })
}

fn histogram_handle(mode: Mode) -> Loops {
    let family = histograms(&["shard"]);
    Loops::new(mode, |series| {
        let histogram = family.with_label_values(&[&series.to_string()]);
        let values = bucket_values();
        move |index| histogram.observe(values[index & 65535])
    })
}

fn counter_lookup(mode: Mode) -> Loops {
    let family = counters(&LABELS);
    Loops::new(mode, |series| {
        let family = family.clone();
        let responses = responses(series, mode.series());
        move |index| family.with_label_values(&borrowed(&responses[index & 1023])).inc()
    })
}

fn render(mode: Mode, count: usize) -> Loops {
    let registry = Registry::new();
    let family = IntCounterVec::new(Opts::new("requests_total", "Requests."), &LABELS).unwrap();
    registry.register(Box::new(family.clone())).unwrap();
    for index in 0..count {
        family.with_label_values(&borrowed(&labels(index))).inc_by(index as u64);
    }
    Loops::new(mode, |_| {
        let registry = registry.clone();
        move |_| {
            let mut page = Vec::new();
            TextEncoder::new().encode(&registry.gather(), &mut page).unwrap();
            black_box(page.len());
        }
    })
}

fn register_new(count: usize, duration: Duration) -> f64 {
    let sets: Vec<Triple> = (0..count).map(labels).collect();
    let start = Instant::now();
    let mut spent = Duration::ZERO;
    let mut families = 0;
    while families == 0 || start.elapsed() < duration {
        let family = IntCounterVec::new(Opts::new("sample_responses_total", "Responses."), &LABELS).unwrap();
        let began = Instant::now();
        for set in &sets {
            family.with_label_values(&borrowed(set)).inc();
        }
        spent += began.elapsed();
        families += 1;
    }
    spent.as_nanos() as f64 / (families * count) as f64
}

fn memory_counter() -> f64 {
    let count = 1_000_000;
    let before = resident_bytes();
    let family = counters(&LABELS);
    for index in 0..count {
        family.with_label_values(&borrowed(&labels(index))).inc();
    }
    (resident_bytes() - before) / count as f64
}

fn memory_histogram() -> f64 {
    let count = 100_000;
    let values = bucket_values();
    let before = resident_bytes();
    let family = histograms(&LABELS);
    for index in 0..count {
        let histogram = family.with_label_values(&borrowed(&labels(index)));
        (0..20).for_each(|offset| histogram.observe(values[(index + offset) & 65535]));
    }
    (resident_bytes() - before) / count as f64
}
