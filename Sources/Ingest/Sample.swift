package import TelemetryMetrics

/// What a sample measures.
package enum SampleKind: Int, CaseIterable, Sendable {
    /// To be added.
    case counter
    /// To be set, or added to if the sample is relative.
    case gauge
    /// A duration, to be observed.
    case timer
    /// A number, to be observed.
    case histogram
    /// The same, as DogStatsD calls it.
    case distribution
    /// A member, to be counted once.
    case set

    /// The kind of metric that samples of this kind make when no rule says otherwise.
    package var metricKind: MetricKind {
        switch self {
        // A sampled counter stands for several events, which need not be a whole number: a sum.
        case .counter: .sum
        case .gauge, .set: .gauge
        case .timer, .histogram, .distribution: .histogram
        }
    }
}

/// A label that a sender wrote, as offsets into the frame; both parts are raw bytes, and the value may be empty.
package struct SampleLabel: Equatable, Sendable {
    /// Never empty.
    package var name: Range<Int>
    package var value: Range<Int>
    /// Whether the sender wrote the name alone, which stands for the value `true`; then the value is empty.
    package var isBare: Bool

    /// A label.
    package init(name: Range<Int>, value: Range<Int>, isBare: Bool = false) {
        self.name = name
        self.value = value
        self.isBare = isBare
    }
}

/// How many tags of a line become no labels, while the line itself is counted.
package struct DroppedTags: Equatable, Sendable {
    /// A name alone, where the configuration says to drop those.
    package var bare = 0
    /// A value without a name.
    package var nameless = 0

    /// None.
    package init() {}

    /// Whether there is none.
    package var isEmpty: Bool { bare | nameless == 0 }
}

/// One value that came over a wire, whatever the protocol, as offsets into the frame it came with.
package struct Sample: Equatable, Sendable {
    /// Raw bytes, never empty; not checked for what a metric may be called.
    package var name: Range<Int>
    /// The value as it was written: for a set its member.
    package var text: Range<Int>
    /// Finite; 0 for a set.
    package var value: Double
    /// Whether a gauge is to be moved by the value rather than set to it.
    package var isRelative: Bool
    package var kind: SampleKind
    /// How many of its kind the sample stands for, at least 1.
    package var weight: Double
    /// In the order they were written; names may repeat.
    package var labels: [SampleLabel]

    /// A sample of nothing yet, to be filled by a parser, which keeps its memory from line to line.
    package init(kind: SampleKind) {
        name = 0..<0
        text = 0..<0
        value = 0
        isRelative = false
        self.kind = kind
        weight = 1
        labels = []
    }

    /// How many observations it stands for; the next whole number where its weight is none.
    var times: UInt64 {
        switch kind {
        case .timer, .histogram, .distribution: weight == 1 ? 1 : observations
        case .counter, .gauge, .set: 1
        }
    }

    // Bounded here too, so that no parser can make the conversion trap.
    private var observations: UInt64 {
        weight >= 1 ? UInt64(min(weight.rounded(isWhole ? .toNearestOrEven : .up), 1e18)) : 1
    }

    /// Whether the weight is a whole number, but for what is lost in `1 / rate`.
    var isWhole: Bool { abs(weight - weight.rounded()) <= weight * 1e-12 }
}

/// Receives what a parser finds in a frame; the spans are valid during the call only.
package protocol SampleVisitor: ~Copyable {
    /// Called before the values of a line: all samples until the next call have its name and labels, and until the next call of
    /// `lineContinued` its kind and weight.
    mutating func lineBegan(_ line: borrowing Sample, in frame: RawSpan)
    /// Called before the values of a further kind or weight, with the name and the labels of the line before.
    mutating func lineContinued(_ line: borrowing Sample, in frame: RawSpan)
    /// Called after the values of a line that has tags which become no labels.
    mutating func tagsDropped(_ tags: DroppedTags)
    /// Called for each value; the sample's offsets refer to `frame`.
    mutating func sample(_ sample: borrowing Sample, in frame: RawSpan)
    /// Called for each line, or value of a line, that is no sample.
    mutating func malformed(_ cause: RejectionCause, line: RawSpan)
}

extension SampleVisitor where Self: ~Copyable {
    /// Does nothing, for visitors that don't need the line.
    package mutating func lineBegan(_ line: borrowing Sample, in frame: RawSpan) {}
    /// Does nothing, for visitors that don't need the line.
    package mutating func lineContinued(_ line: borrowing Sample, in frame: RawSpan) {}
    /// Does nothing, for visitors that count no tags.
    package mutating func tagsDropped(_ tags: DroppedTags) {}
}
