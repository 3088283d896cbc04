/// Why a line of StatsD was not counted; the raw value is the label value of the counter of rejected events.
package enum StatsDCause: String, CaseIterable, Error, Sendable {
    /// Nothing before the value.
    case emptyName = "empty_name"
    /// No colon after the name, or nothing between it and the type.
    case missingValue = "missing_value"
    /// No `|` after the value, or nothing after it.
    case missingType = "missing_type"
    /// None of c, g, ms, h, d and s.
    case unknownType = "unknown_type"
    /// A value that is not a finite decimal number.
    case badNumber = "bad_number"
    /// A sample rate that is not between a millionth and 1.
    case badRate = "bad_rate"
    /// SignalFX tags without their closing bracket, or with text between it and the colon.
    case badTags = "bad_tags"
    /// More tags than the limit, those in the name and those behind the type together.
    case tooManyTags = "too_many_tags"
    /// A section after the type that is neither known nor of the form of an extension.
    case badSection = "bad_section"
    /// A DogStatsD event (`_e{…}`).
    case event
    /// A DogStatsD service check (`_sc|…`).
    case serviceCheck = "service_check"
}
