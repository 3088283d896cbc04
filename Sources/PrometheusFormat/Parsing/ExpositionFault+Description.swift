extension ExpositionFault: CustomStringConvertible {
    /// A sentence that names the offending text and, where it isn't obvious, the rule.
    package var description: String {
        lineDescription ?? messageDescription ?? sampleDescription ?? familyDescription ?? ""
    }

    private var messageDescription: String? {
        switch self {
        case .cutShort: "The message ends before what is in it; the page may have been cut short."
        case .numberTooLong: "The number has more than 64 bits."
        case .invalidField(let tag): "No field begins with \(tag)."
        case .wrongWireType(let field): "The field \(field) has the bytes of another type."
        case .valueOfOtherType(let family): "A metric of “\(family)” has a value of another type."
        case .missingValue(let family): "A metric of “\(family)” has no value."
        case .nativeHistogram(let problem, let family):
            "The native histogram “\(family)” can't be: \(problem)."
        default: nil
        }
    }

    private var lineDescription: String? {
        switch self {
        case .invalidUTF8: "The page is not valid UTF-8 here."
        case .blankLine: "OpenMetrics has no blank lines."
        case .missingEOF: "The page has to end with the line “# EOF”; it may have been cut short."
        case .textAfterEOF: "Nothing may follow the line “# EOF”."
        case .unterminatedLine: "The last line has to end with a newline; the page may have been cut short."
        case .unknownComment(let line):
            "“\(line)” is none of “# TYPE”, “# HELP”, “# UNIT” and “# EOF”, and OpenMetrics has no comments."
        case .expected(let what, let found): "Expected \(what), found \(found)."
        case .missingName: "The sample has no name of a metric."
        case .secondName(let name): "“\(name)” is a second name of a metric."
        case .unterminatedName: "The name has no closing quote on its line."
        case .reservedLabelName(let name): "The label name “\(name)” is reserved."
        case .duplicateLabel(let name): "The label “\(name)” appears twice."
        case .invalidEscape(let text): "“\(text)” is not an escape sequence."
        case .unterminatedLabelValue: "The label value has no closing quote on its line."
        case .invalidValue(let text): "“\(text)” is not a number."
        case .invalidTimestamp(let text): "“\(text)” is not a timestamp."
        default: nil
        }
    }

    private var sampleDescription: String? {
        switch self {
        case .missingLabel(let label, let sample): "The sample “\(sample)” needs the label “\(label)”."
        case .invalidLabelValue(let value, let label): "“\(value)” is not a value for the label “\(label)”."
        case .notANumber(let sample): "“\(sample)” counts, so it can't be NaN."
        case .negative(let sample, let value): "“\(sample)” can't be negative, as \(value) is."
        case .notAnInteger(let sample, let value): "“\(sample)” has to be an integer, not \(value)."
        case .notZeroOrOne(let sample, let value): "A state of “\(sample)” is 0 or 1, not \(value)."
        case .notOne(let sample, let value): "“\(sample)” has to be 1, not \(value)."
        case .exemplarNotAllowed(let sample):
            "“\(sample)” can't have an exemplar: only counter totals and histogram buckets can."
        case .exemplarTooLong(let count):
            "The exemplar's labels have \(count) code points; at most 128 are allowed."
        case .duplicateSeries(let sample): "“\(sample)” appears twice with the same labels."
        default: nil
        }
    }

    private var familyDescription: String? {
        switch self {
        case .unknownType(let type): "“\(type)” is not a metric type of this format."
        case .repeatedMetadata(let keyword, let family): "“\(family)” has a second \(keyword) line."
        case .metadataAfterSamples(let keyword, let family):
            "The \(keyword) line of “\(family)” has to stand before its samples."
        case .nameClash(let name, let owner, let type): clash(name, owner: owner, type: type)
        case .unitNotInName(let unit, let family):
            "The name “\(family)” has to end with its unit, “_\(unit)”."
        case .unitNotAllowed(let type, let family):
            "“\(family)” is of type \(type.rawValue), which has no unit."
        case .interruptedGroup(let family):
            "The samples of one label set of “\(family)” have to stand together."
        case .mixedTimestamps(let family):
            "Either all or none of the samples of one label set of “\(family)” have a timestamp."
        case .timestampWentBack(let family): "The timestamps of “\(family)” go backwards."
        default: bucketDescription
        }
    }

    private var bucketDescription: String? {
        switch self {
        case .bucketsOutOfOrder(let family):
            "The buckets of “\(family)” have to be in ascending order of “le”."
        case .bucketsNotCumulative(let family):
            "The buckets of “\(family)” are cumulative, so none may be below the one before it."
        case .missingInfinityBucket(let family): "“\(family)” lacks the bucket le=\"+Inf\"."
        case .countDiffersFromBuckets(let family): "The count of “\(family)” differs from its +Inf bucket."
        case .sumWithNegativeBuckets(let family):
            "“\(family)” has negative buckets, so it can't have a sum."
        case .negativeSumWithoutNegativeBuckets(let family):
            "“\(family)” has a negative sum but no negative bucket."
        case .sumWithoutCount(let family): "“\(family)” has a sum, so it needs a count too."
        case .countWithoutSum(let family): "“\(family)” has a count, so it needs a sum too."
        default: nil
        }
    }

    private func clash(_ name: String, owner: String, type: ExpositionType) -> String {
        let names = type.sampleSuffixes.map { "“\(owner)\($0)”" }.joined(separator: ", ")
        return "“\(name)” is taken by the \(type.rawValue) “\(owner)”, whose samples are \(names)"
            + " and have to stand together."
    }
}

/// Text of a page as an error shows it: short, and without bytes that would command a terminal.
enum Evidence {
    private static let limit = 60

    /// The text with control characters escaped, cut after 60 code points.
    static func shown(_ text: some Sequence<UInt8>) -> String {
        let scalars = String(decoding: Array(text.prefix(4 * limit)), as: UTF8.self).unicodeScalars
        var result = ""
        for scalar in scalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                result += scalar.escaped(asASCII: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return scalars.count > limit ? result + "…" : result
    }
}
