/// What a sample measures.
package enum StatsDType: Int, CaseIterable, Sendable {
    /// `c`: to be added.
    case counter
    /// `g`: to be set, or added to if the sample is relative.
    case gauge
    /// `ms`: a duration in milliseconds.
    case timer
    /// `h`.
    case histogram
    /// `d`.
    case distribution
    /// `s`: a member to be counted once.
    case set
}

/// A tag, as offsets into the datagram; both parts are raw bytes, and the value may be empty.
package struct StatsDTag: Equatable, Sendable {
    /// Never empty.
    package var name: Range<Int>
    package var value: Range<Int>
}

/// One value of a line, as offsets into the datagram it came with.
package struct StatsDSample: Equatable, Sendable {
    /// Raw bytes, never empty; not checked for what a metric may be called.
    package var name: Range<Int>
    /// The value as it was written: for a set its member, which is any bytes but `|` and a newline.
    package var text: Range<Int>
    /// Finite; 0 for a set.
    package var value: Double
    /// A gauge whose value was written with a sign: to be added to what it holds.
    package var isRelative: Bool
    package var type: StatsDType
    /// Above 0, at most 1: the sample stands for 1 / `rate` of its kind.
    package var sampleRate: Double
    /// In the order they were written, those of the name before those of the tag section; names may repeat.
    package var tags: [StatsDTag]
}

/// Takes what a datagram holds; the spans are valid during the call only.
package protocol StatsDVisitor: ~Copyable {
    /// Called once before the values of a line: all samples until the next call have its name, type, rate and tags.
    mutating func lineBegan(_ line: borrowing StatsDSample, in datagram: RawSpan)
    /// Called for each value; the sample's offsets refer to `datagram`.
    mutating func sample(_ sample: borrowing StatsDSample, in datagram: RawSpan)
    /// Called for each line, or value of a line, that is no sample.
    mutating func malformed(_ cause: StatsDCause, line: RawSpan)
}

extension StatsDVisitor where Self: ~Copyable {
    /// Does nothing: whoever looks at single samples needs no line.
    package mutating func lineBegan(_ line: borrowing StatsDSample, in datagram: RawSpan) {}
}
