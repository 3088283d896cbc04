/// A definition as bytes, for a successor that has to know what rows mean.
///
/// Seeds and options of other tools are left out: only who defines the metric has a use for them.
extension MetricDefinition {
    /// All that decides what the metric's series are and how they are shown.
    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(name)
        writer.write(help)
        writer.write(kind.rawValue)
        writer.write(labels) { $0.write($1) }
        writer.write(unit) { $0.write($1.rawValue) }
        writer.write(measuredUnit) { $0.write($1.rawValue) }
        writer.write(buckets.boundaries) { $0.write($1) }
        writer.write(buckets.native) { $0.write($1) }
        writer.write(quantiles) { $0.write($1) }
        writer.write(window)
        writer.write(relativeError)
        writer.write(keepsExemplars)
        writer.write(isMonotonic)
        writer.write(countsDistinct)
        writer.write(UInt64(clamping: seriesLimit))
        writer.write(expiry) { $0.write($1) }
        writer.write(initialZero) { $0.write($1) }
        writer.write(persistence.rawValue)
        return writer.bytes
    }

    /// The definition that has these bytes.
    ///
    /// - Throws: where they are of none; whether the definition is a valid one is not judged.
    init(bytes: [UInt8]) throws(ByteReader.Mistake) {
        var reader = ByteReader(bytes)
        let name = try reader.text()
        let help = try reader.text()
        self.init(
            try Self.value(MetricKind(rawValue: try reader.text())), name: name, help: help,
            labels: try reader.list { reader throws(ByteReader.Mistake) in try reader.text() })
        unit = try reader.optional(Self.unit)
        measuredUnit = try reader.optional(Self.unit)
        buckets = try Self.buckets(&reader)
        quantiles = try reader.list { reader throws(ByteReader.Mistake) in try reader.double() }
        window = try reader.duration()
        relativeError = try reader.double()
        keepsExemplars = try reader.boolean()
        isMonotonic = try reader.boolean()
        countsDistinct = try reader.boolean()
        seriesLimit = Int(clamping: try reader.integer(UInt64.self))
        expiry = try reader.optional { reader throws(ByteReader.Mistake) in try reader.duration() }
        initialZero = try reader.optional { reader throws(ByteReader.Mistake) in try reader.duration() }
        persistence = try Self.value(Persistence(rawValue: try reader.text()))
        guard reader.isAtEnd else { throw ByteReader.Mistake() }
    }

    private static func value<Value>(_ value: Value?) throws(ByteReader.Mistake) -> Value {
        guard let value else { throw ByteReader.Mistake() }
        return value
    }

    private static func unit(_ reader: inout ByteReader) throws(ByteReader.Mistake) -> MetricUnit {
        try value(MetricUnit(rawValue: try reader.text()))
    }

    private static func buckets(_ reader: inout ByteReader) throws(ByteReader.Mistake) -> Buckets {
        let boundaries = try reader.list { reader throws(ByteReader.Mistake) in try reader.double() }
        let native = try reader.optional { reader throws(ByteReader.Mistake) in try reader.nativeBuckets() }
        return Buckets(boundaries, native: native)
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ duration: Duration) {
        write(duration.components.seconds)
        write(duration.components.attoseconds)
    }

    fileprivate mutating func write(_ native: NativeBuckets) {
        write(native.growthFactor)
        write(UInt64(clamping: native.limit))
        write(native.zeroThreshold)
        write(native.largestZeroThreshold)
        write(native.resetAfter) { $0.write($1) }
    }
}

extension ByteReader {
    fileprivate mutating func duration() throws(Mistake) -> Duration {
        let seconds = try integer(Int64.self)
        let attoseconds = try integer(Int64.self)
        // A duration has 128 bits, and traps where it has not enough.
        guard seconds.magnitude < 1 << 40, attoseconds.magnitude < 1_000_000_000_000_000_000 else {
            throw Mistake()
        }
        return Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
    }

    fileprivate mutating func nativeBuckets() throws(Mistake) -> NativeBuckets {
        NativeBuckets(
            growthFactor: try double(), limit: Int(clamping: try integer(UInt64.self)),
            zeroThreshold: try double(), largestZeroThreshold: try double(),
            resetAfter: try optional { reader throws(Mistake) in try reader.duration() })
    }
}
