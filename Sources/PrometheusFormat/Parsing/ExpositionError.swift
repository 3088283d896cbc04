/// Why a page was refused, and where: the first fault that makes it unreadable for a strict server.
package enum ExpositionError: Error, Equatable, CustomStringConvertible {
    /// A fault at a line and a column, both from 1, the column counted in bytes.
    case malformed(ExpositionFault, line: Int, column: Int)

    /// What is wrong.
    package var fault: ExpositionFault {
        switch self {
        case .malformed(let fault, _, _): fault
        }
    }

    /// The number of the line, from 1.
    package var line: Int {
        switch self {
        case .malformed(_, let line, _): line
        }
    }

    /// The byte within the line, from 1.
    package var column: Int {
        switch self {
        case .malformed(_, _, let column): column
        }
    }

    /// The place and the sentence.
    package var description: String {
        "line \(line), column \(column): \(fault)"
    }
}
