/// The labels in the text of a series, `a="x",b="y"`, with their values as they were before they were escaped.
enum RenderedLabels {
    /// The values, where the names are `names` in their order and nothing else stands in the text; nil otherwise.
    static func values(in text: [UInt8], of names: [String]) -> [[UInt8]]? {
        var rest = text[...]
        var values: [[UInt8]] = []
        for (number, name) in names.enumerated() {
            let start = Array("\(number == 0 ? "" : ",")\(name)=\"".utf8)
            guard rest.starts(with: start), let value = unescaped(&rest, after: start.count) else {
                return nil
            }
            values.append(value)
        }
        return rest.isEmpty ? values : nil
    }

    /// Takes a start of so many bytes, a value and the quote behind it off `rest`; nil where no quote ends it.
    private static func unescaped(_ rest: inout ArraySlice<UInt8>, after start: Int) -> [UInt8]? {
        var value: [UInt8] = []
        var position = rest.startIndex + start
        while position < rest.endIndex {
            switch rest[position] {
            case UInt8(ascii: "\""):
                rest = rest[(position + 1)...]
                return value
            case UInt8(ascii: "\\"):
                position += 1
                guard position < rest.endIndex else { return nil }
                value.append(rest[position] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : rest[position])
            case let byte:
                value.append(byte)
            }
            position += 1
        }
        return nil
    }
}
