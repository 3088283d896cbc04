/// Why a page was refused, and where: the first fault that makes it unreadable for a strict server.
package enum ExpositionError: Error, Equatable, CustomStringConvertible {
    /// A fault at a line and a column, both from 1, the column counted in bytes.
    case malformed(ExpositionFault, line: Int, column: Int)
    /// A fault in a message of a page in protobuf, from 1, at a byte of the page, from 0.
    case broken(ExpositionFault, message: Int, offset: Int)

    /// What is wrong.
    package var fault: ExpositionFault {
        switch self {
        case .malformed(let fault, _, _), .broken(let fault, _, _): fault
        }
    }

    /// Where it is, for the beginning of a line of a report.
    package var place: String {
        switch self {
        case .malformed(_, let line, let column): "\(line):\(column)"
        case .broken(_, let message, let offset): "message \(message), byte \(offset)"
        }
    }

    /// The place and the sentence.
    package var description: String {
        switch self {
        case .malformed(_, let line, let column): "line \(line), column \(column): \(fault)"
        case .broken: "\(place): \(fault)"
        }
    }
}
