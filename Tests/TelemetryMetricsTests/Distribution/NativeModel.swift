import Glibc

@testable import TelemetryMetrics

/// What a native histogram must say of some values, without its index tables and its directories.
struct NativeModel {
    let values: [Double]

    /// The bucket of a magnitude, by the definition: base^(i-1) < v ≤ base^i.
    static func bucket(of magnitude: Double, schema: Int) -> Int {
        func upper(_ index: Int) -> Double { exp2(Double(index) * exp2(Double(-schema))) }
        var index = Int((log2(magnitude) * exp2(Double(schema))).rounded(.up))
        while magnitude > upper(index) { index += 1 }
        while magnitude <= upper(index - 1) { index -= 1 }
        return index
    }

    /// The reading of a histogram of that schema and zero threshold.
    func reading(schema: Int, zeroThreshold: Double) -> NativeReading {
        func side(_ magnitudes: [Double]) -> [NativeReading.Bucket] {
            var counts: [Int: UInt64] = [:]
            for magnitude in magnitudes where magnitude > zeroThreshold {
                counts[Self.bucket(of: magnitude, schema: schema), default: 0] += 1
            }
            return counts.sorted { $0.key < $1.key }.map { .init(index: $0.key, count: $0.value) }
        }
        return NativeReading(
            schema: schema, zeroThreshold: zeroThreshold,
            zeroCount: UInt64(values.count { $0.magnitude <= zeroThreshold }),
            sum: values.reduce(0, +), positive: side(values.filter { $0 > 0 }),
            negative: side(values.filter { $0 < 0 }.map(-)))
    }
}

/// A held native histogram, with all values that it was given.
struct ModelledHistogram {
    let handle: SeriesHandle
    var values: [Double] = []

    init(_ buckets: NativeBuckets, clock: CoarseClock = CoarseClock(fixedAt: 1_700_000_000_000)) throws {
        handle = try heldSeries(.histogram, clock: clock) { $0.buckets = .native(buckets) }
    }

    var reading: NativeReading { handle.family.native(handle.row) }

    /// What the reading must be, at the schema and the zero threshold that it has.
    var expected: NativeReading {
        let reading = reading
        return NativeModel(values: values)
            .reading(schema: reading.schema, zeroThreshold: reading.zeroThreshold)
    }

    mutating func record(_ value: Double) {
        values.append(value)
        handle.record(value)
    }

    mutating func record(_ values: some Sequence<Double>) {
        for value in values { record(value) }
    }
}
