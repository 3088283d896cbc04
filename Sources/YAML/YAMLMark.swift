/// A place in a text; lines and columns (in Unicode scalars) count from 1.
package struct YAMLMark: Sendable, Equatable, Comparable {
    /// The line.
    package let line: Int
    /// The column.
    package let column: Int

    /// Names a place.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Whether `left` comes first in the text.
    package static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
