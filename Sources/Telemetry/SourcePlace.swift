/// A place in source code: `Module/File.swift:12`.
public struct SourcePlace: Sendable, Equatable, CustomStringConvertible {
    /// As `#fileID` has it.
    public let file: String
    /// From 1.
    public let line: UInt

    /// Takes both.
    public init(file: String, line: UInt) {
        self.file = file
        self.line = line
    }

    /// Both, with a colon between.
    public var description: String { "\(file):\(line)" }
}
