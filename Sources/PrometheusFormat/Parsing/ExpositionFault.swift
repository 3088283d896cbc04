/// What can make a page invalid; every case carries the text that shows it.
package enum ExpositionFault: Error, Sendable, Hashable {
    /// A message, text or number that goes on behind the end of what holds it.
    case cutShort
    /// A number of more than 64 bits.
    case numberTooLong
    /// The beginning of a field that no message has.
    case invalidField(UInt64)
    /// A field with the bytes of another type.
    case wrongWireType(field: Int)
    /// A metric whose value is of another type than its family.
    case valueOfOtherType(family: String)
    /// A metric without a value.
    case missingValue(family: String)
    /// A native histogram that no server takes.
    case nativeHistogram(String, family: String)
    /// A byte that no UTF-8 text has at its place.
    case invalidUTF8
    /// An empty line in OpenMetrics.
    case blankLine
    /// The page ends without `# EOF`, as a page cut short does.
    case missingEOF
    /// Anything after the line `# EOF`.
    case textAfterEOF
    /// A text page that ends within a line.
    case unterminatedLine
    /// A line that starts with `#` and is no metadata, in OpenMetrics; carries the line.
    case unknownComment(String)
    /// Something else than the grammar asks for.
    case expected(String, found: String)
    /// A sample whose braces hold no name of a metric, and none stands before them.
    case missingName
    /// A second name of a metric between the braces of a sample.
    case secondName(String)
    /// A name between quotes that its line ends in.
    case unterminatedName
    /// A label that a server uses for itself.
    case reservedLabelName(String)
    /// A label name that occurs twice in a sample.
    case duplicateLabel(String)
    /// A backslash before a character that needs none, in the text format.
    case invalidEscape(String)
    /// A label value that its line ends in.
    case unterminatedLabelValue
    /// A value that is not a decimal number, NaN or an infinity, or is out of range.
    case invalidValue(String)
    /// A timestamp that is not a finite number, in the text format not an integer.
    case invalidTimestamp(String)
    /// A word after TYPE that names no type of the format.
    case unknownType(String)
    /// A second line of one kind for a family.
    case repeatedMetadata(keyword: String, family: String)
    /// Metadata that comes too late.
    case metadataAfterSamples(keyword: String, family: String)
    /// A name of one family that another one has already.
    case nameClash(String, owner: String, type: ExpositionType)
    /// A unit that is no suffix of the name.
    case unitNotInName(unit: String, family: String)
    /// A unit for a type that has none.
    case unitNotAllowed(ExpositionType, family: String)
    /// A sample without the label that its type needs.
    case missingLabel(String, sample: String)
    /// An `le` or `quantile` that is no number or no allowed one.
    case invalidLabelValue(String, label: String)
    /// NaN where something is counted.
    case notANumber(sample: String)
    /// A negative number where something is counted.
    case negative(sample: String, value: Double)
    /// A fraction where observations are counted.
    case notAnInteger(sample: String, value: Double)
    /// The value of a stateset sample.
    case notZeroOrOne(sample: String, value: Double)
    /// The value of an info sample.
    case notOne(sample: String, value: Double)
    /// An exemplar on something else than a counter total or a bucket.
    case exemplarNotAllowed(sample: String)
    /// An exemplar whose labels exceed 128 code points.
    case exemplarTooLong(codePoints: Int)
    /// Samples of one label set with others between them.
    case interruptedGroup(family: String)
    /// A label set of which some samples have a timestamp.
    case mixedTimestamps(family: String)
    /// A sample that is older than the one before it.
    case timestampWentBack(family: String)
    /// Two samples of one series without timestamps.
    case duplicateSeries(sample: String)
    /// A bucket whose bound is not above the one before it.
    case bucketsOutOfOrder(family: String)
    /// A bucket that counts less than the one before it.
    case bucketsNotCumulative(family: String)
    /// A histogram whose last bucket has a finite bound.
    case missingInfinityBucket(family: String)
    /// A count other than that of the `+Inf` bucket.
    case countDiffersFromBuckets(family: String)
    /// A sum that could fall, so that it is no counter.
    case sumWithNegativeBuckets(family: String)
    /// A gauge histogram whose sum contradicts its bounds.
    case negativeSumWithoutNegativeBuckets(family: String)
    /// A sum that no count goes with.
    case sumWithoutCount(family: String)
    /// A count that no sum goes with.
    case countWithoutSum(family: String)

    /// Whether the fault is of the samples before the one at which it shows.
    var concernsFinishedPoint: Bool {
        switch self {
        case .missingInfinityBucket, .countDiffersFromBuckets, .sumWithNegativeBuckets,
            .negativeSumWithoutNegativeBuckets, .sumWithoutCount, .countWithoutSum:
            true
        default: false
        }
    }
}
