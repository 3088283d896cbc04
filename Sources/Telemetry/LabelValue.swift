/// A value that can stand in a label: it writes its text without allocating.
///
/// Strings, integers, `Bool`, optionals of them (nil is the empty text) and enums over them have it; an enum with a raw
/// value only declares the conformance.
public protocol LabelValue: Sendable {
    /// Writes the text of the value; must write the same for equal values.
    func write(to writer: inout LabelWriter)
}

extension LabelValue where Self: RawRepresentable, RawValue: LabelValue {
    /// Writes the raw value.
    @inlinable
    public func write(to writer: inout LabelWriter) { rawValue.write(to: &writer) }
}

extension LabelValue where Self: BinaryInteger {
    /// Writes decimal digits.
    @inlinable
    public func write(to writer: inout LabelWriter) { writer.append(self) }
}

extension String: LabelValue {
    /// Writes the text, escaped.
    @inlinable
    public func write(to writer: inout LabelWriter) { writer.append(self) }
}

extension Substring: LabelValue {
    /// Writes the text, escaped.
    @inlinable
    public func write(to writer: inout LabelWriter) { writer.append(String(self)) }
}

extension StaticString: LabelValue {
    /// Writes the text, escaped.
    @inlinable
    public func write(to writer: inout LabelWriter) { writer.append(self) }
}

extension Bool: LabelValue {
    /// Writes `true` or `false`.
    @inlinable
    public func write(to writer: inout LabelWriter) { writer.append(self ? "true" : "false" as StaticString) }
}

extension Optional: LabelValue where Wrapped: LabelValue {
    /// Writes the value, or nothing.
    @inlinable
    public func write(to writer: inout LabelWriter) { self?.write(to: &writer) }
}

extension Int: LabelValue {}
extension Int8: LabelValue {}
extension Int16: LabelValue {}
extension Int32: LabelValue {}
extension Int64: LabelValue {}
extension UInt: LabelValue {}
extension UInt8: LabelValue {}
extension UInt16: LabelValue {}
extension UInt32: LabelValue {}
extension UInt64: LabelValue {}
