/// A parsed page of metrics: its families in the order in which they first appear.
package struct Exposition: Sendable, Equatable {
    /// The families, each name once.
    package var families: [ExpositionFamily] = []

    /// The number of samples in all families.
    package var sampleCount: Int {
        families.reduce(0) { $0 + $1.samples.count }
    }
}

/// A metric family of a parsed page; in OpenMetrics a counter's name lacks the `_total` of its samples.
package struct ExpositionFamily: Sendable, Equatable {
    /// The name in TYPE, HELP and UNIT, or of the samples where there are none.
    package var name: String
    /// The declared type, `.unknown` where none is.
    package var type: ExpositionType = .unknown
    /// The declared unit; nil without a UNIT line.
    package var unit: String?
    /// The unescaped help text; nil without a HELP line.
    package var help: String?
    /// The samples in the order of the page.
    package var samples: [ExpositionSample] = []
    /// The number of the first line that names the family, from 1.
    package var line: Int
}

/// One sample line.
package struct ExpositionSample: Sendable, Equatable {
    /// The name as written, with the suffix of its role.
    package var name: String
    /// The labels as written, `le` and `quantile` among them.
    package var labels: [ExpositionLabel]
    /// The number the line reports.
    package var value: Double
    /// Seconds since 1970; the text format's milliseconds are divided by 1000.
    package var timestamp: Double?
    /// Only in OpenMetrics.
    package var exemplar: ExpositionExemplar?
    /// The line's number, from 1.
    package var line: Int

    /// The value of a label, nil when it is absent.
    package func label(_ name: String) -> String? {
        labels.first { $0.name == name }?.value
    }
}

/// A label with its unescaped value.
package struct ExpositionLabel: Sendable, Hashable {
    /// The name, of the legacy character set.
    package var name: String
    /// The unescaped value.
    package var value: String
}

/// An exemplar of a counter or a bucket.
package struct ExpositionExemplar: Sendable, Equatable {
    /// At most 128 code points in all.
    package var labels: [ExpositionLabel]
    /// The observation it stands for.
    package var value: Double
    /// Seconds since 1970.
    package var timestamp: Double?
}
