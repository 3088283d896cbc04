/// Why a line was refused; the raw value is the label value of the counter of rejected events.
package enum EventLineCause: String, CaseIterable, Sendable {
    /// The line ends inside of its object, or holds nothing.
    case unexpectedEnd = "unexpected_end"
    /// A byte that JSON does not allow at this place.
    case badSyntax = "bad_syntax"
    /// The line is JSON but no object.
    case notAnObject = "not_an_object"
    /// Something follows the object.
    case trailingGarbage = "trailing_garbage"
    /// A control character, an unknown escape or half a surrogate pair in a string.
    case badString = "bad_string"
    /// A string that is not UTF-8.
    case badUTF8 = "bad_utf8"
    /// A number that JSON does not allow.
    case badNumber = "bad_number"
    /// A measurement whose number is too large for a double.
    case numberOutOfRange = "number_out_of_range"
    /// Objects and arrays nested deeper than 16.
    case tooDeep = "too_deep"
    /// No `event`.
    case missingEvent = "missing_event"
    /// `event` is not a string, or an empty one.
    case badEvent = "bad_event"
    /// `measurements` is not an object of numbers.
    case badMeasurements = "bad_measurements"
    /// `metadata` is not an object of texts, numbers, booleans and nulls.
    case badMetadata = "bad_metadata"
    /// More than 128 measurements or metadata entries.
    case tooManyEntries = "too_many_entries"
}

/// A line that is no event: the cause and where in the line it shows.
package struct EventLineError: Error, Equatable, CustomStringConvertible {
    package var cause: EventLineCause
    /// In bytes from the start of the line.
    package var offset: Int

    package var description: String {
        "The event line is refused at byte \(offset): \(cause.rawValue)."
    }
}
