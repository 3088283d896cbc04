/// Why a value or an event was not recorded: the one catalogue for senders and applications.
///
/// The raw value is the label value `cause` of the counters of rejections.
package enum RejectionCause: String, CaseIterable, Error, Sendable {
    // A line that no parser could take.
    case emptyName = "empty_name"
    case missingValue = "missing_value"
    case missingType = "missing_type"
    case unknownType = "unknown_type"
    case badNumber = "bad_number"
    case numberOutOfRange = "number_out_of_range"
    case badRate = "bad_rate"
    case badTags = "bad_tags"
    case badSection = "bad_section"
    case badTimestamp = "bad_timestamp"
    case trailingGarbage = "trailing_garbage"
    case event
    case serviceCheck = "service_check"
    case unexpectedEnd = "unexpected_end"
    case badSyntax = "bad_syntax"
    case notAnObject = "not_an_object"
    case badString = "bad_string"
    case badUTF8 = "bad_utf8"
    case tooDeep = "too_deep"
    case missingEvent = "missing_event"
    case badEvent = "bad_event"
    case badMeasurements = "bad_measurements"
    case badMetadata = "bad_metadata"
    case badID = "bad_id"
    case unfinished
    case duplicate

    // A limit.
    case tooLong = "too_long"
    case tooManyTags = "too_many_tags"
    case tooManyEntries = "too_many_entries"
    case lineTooLong = "line_too_long"
    case metricsLimit = "metrics_limit"
    case labelLimit = "label_limit"
    case memoryLimit = "memory_limit"
    case samplesLimit = "samples_limit"
    case storeFull = "store_full"

    // A name.
    case badName = "bad_name"
    case nameConflict = "name_conflict"
    case reservedName = "reserved_name"

    // The configuration, or the application.
    case droppedByRule = "dropped_by_rule"
    case filtered
    case unknownEvent = "unknown_event"
    case metricFailed = "metric_failed"
    case poison
    case wrongKind = "wrong_kind"
    case wrongLabels = "wrong_labels"

    // A value.
    case missingMeasurement = "missing_measurement"
    case notFinite = "not_finite"
    case negative
    case overflow
}

extension RejectionCause {
    /// What happened and what an operator does about it: one sentence of `docs/operations.md`.
    package var advice: String {
        switch self {
        case .emptyName: "nothing stands where the name should: mend the sender"
        case .missingValue: "the line has no value: mend the sender"
        case .missingType: "the StatsD line has no type behind its value: mend the sender"
        case .unknownType: "the StatsD type is none of `c`, `g`, `ms`, `h`, `d` and `s`: mend the sender"
        case .badNumber: "the value is no finite decimal number: mend the sender"
        case .numberOutOfRange: "the JSON number is too large for a double: mend the sender"
        case .badRate: "the StatsD sample rate is not between a millionth and 1: mend the sender"
        case .badTags: "a tag of the name lacks its name, its `=` or its end: mend the sender"
        case .badSection: "a section of the StatsD line is of no known form: mend the sender"
        case .badTimestamp: "the Graphite line has no timestamp of whole or decimal seconds: mend the sender"
        case .trailingGarbage: "something follows the end of the line's content: mend the sender"
        case .event: "a DogStatsD event, which is no metric: send it elsewhere"
        case .serviceCheck: "a DogStatsD service check, which is no metric: send it elsewhere"
        case .unexpectedEnd: "the JSON line ends inside of its object: mend the sender"
        case .badSyntax: "a byte stands where JSON does not allow it: mend the sender"
        case .notAnObject: "the line is JSON but no object: mend the sender"
        case .badString:
            "a JSON string holds a control character, an unknown escape or half a surrogate pair: mend the sender"
        case .badUTF8: "a name, a label or another text is not UTF-8: mend the sender"
        case .tooDeep: "objects and arrays are nested deeper than 16: flatten the event"
        case .missingEvent: "the JSON line has no `event`: mend the sender"
        case .badEvent: "`event` is no text, or an empty one: mend the sender"
        case .badMeasurements: "`measurements` is no object of numbers: mend the sender"
        case .badMetadata: "`metadata` is no object of texts, numbers, booleans and nulls: mend the sender"
        case .badID:
            "`id` is no list of a client's name and a number from 1 to 2^53: mend the [sender](events.md#acknowledgements)"
        case .unfinished:
            "a connection or the service ended in the middle of the line: look for senders that crash"
        case .duplicate:
            "the event was counted before, and its client sent it again as it had no acknowledgement: nothing is to be done"
        case .tooLong: "a name, label name or label value is over 1024 bytes: shorten it"
        case .tooManyTags:
            "the line has more tags than its source's `tags-limit`: raise it, or send fewer"
        case .tooManyEntries: "the event has more than 128 measurements or metadata entries: send fewer"
        case .lineTooLong: "the line is longer than 64 KiB: send several"
        case .metricsLimit:
            "more distinct names came than the source's `metrics-limit`: map them with rules, or raise it"
        case .labelLimit:
            "more distinct swift-metrics labels came than the bridge's limit: raise it, or use dimensions"
        case .memoryLimit:
            "a new name came while all series and names took [nearly `limits.memory`](#memory): send fewer names, lower the limits of series, or raise it"
        case .samplesLimit:
            "a new name came while the page had [`limits.samples`](#memory): send fewer names, lower the limits of series, or raise it"
        case .storeFull:
            "there is no memory left, not even for an overflow series: lower the limits of series, or raise `limits.memory`"
        case .badName: "the name can name no metric: rename it"
        case .nameConflict:
            "two names are the same after sanitising, or one came with another type; the first one has the metric: rename the other"
        case .reservedName:
            "Prometheus or the service itself makes [a metric of that name](configuration.md#names-that-are-taken): rename it"
        case .droppedByRule: "a rule says `drop`: nothing is to be done"
        case .filtered: "`keep` or `drop` left the event out of every metric: nothing is to be done"
        case .unknownEvent: "no metric is defined for the event: define one, or stop sending it"
        case .metricFailed:
            "the metric was switched off, as its measurement or filter threw: mend that and restart"
        case .poison:
            "the process ended twice while it was at this input: find it in the log, and report it as a fault of Heliograph"
        case .wrongKind:
            "a held series was updated as one of another kind, such as a gauge that is incremented: mend the application"
        case .wrongLabels:
            "a value came with another number of labels than its metric has: mend the application"
        case .missingMeasurement:
            "the event lacks the measurement of its metric: mend the sender or the definition"
        case .notFinite: "the value is infinite or not a number: mend the sender"
        case .negative: "a total that only grows was to shrink: declare it a gauge, or mend the sender"
        case .overflow:
            "the value would make a sum infinite, or is infinite in the metric's unit; or a duration is over 292 years: mend the sender"
        }
    }

    /// Why no new name is taken past that limit.
    package init(_ limit: StoreLimits.Name) {
        switch limit {
        case .memory: self = .memoryLimit
        case .samples: self = .samplesLimit
        }
    }

    /// Why no metric can be made that these errors are of.
    package init(_ errors: DefinitionErrors) {
        if errors.errors.contains(where: \.isReservedName) {
            self = .reservedName
        } else if errors.errors.contains(where: \.isOfMemory) {
            self = .storeFull
        } else {
            self = errors.errors.contains(where: \.isConflict) ? .nameConflict : .badName
        }
    }

    /// All causes as a table in Markdown.
    package static var reference: String {
        let rows = allCases.map { "| `\($0.rawValue)` | \($0.advice) |" }
        return "| Cause | What happened, and what to do |\n|---|---|\n\(rows.joined(separator: "\n"))\n"
    }
}
