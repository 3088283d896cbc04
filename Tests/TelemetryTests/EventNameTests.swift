import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EventNameTests {
    @Test(arguments: ["a", "http.request", "A-1._b.9", "telemetry.handler.failure"])
    func acceptsSegmentsJoinedByDots(text: String) throws {
        let name = try EventName(text)
        #expect(name.text == text)
        #expect(name.description == text)
        #expect(name.segments.joined(separator: ".") == text)
    }

    @Test(arguments: [
        ("", 0), (".", 0), (".a", 0), ("a.", 2), ("a..b", 2), ("a b", 1), ("a.é", 2), ("a\n", 1), ("a/b", 1),
        ("a.b.\u{0}", 4), ("a.b..", 4),
    ])
    func rejectsMalformedNames(text: String, offset: Int) {
        #expect(throws: TelemetryError.malformedName(text, offset: offset)) { try EventName(text) }
    }

    private static let allowed = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-".unicodeScalars)

    private static let scalars = (0...0xFF as ClosedRange<UInt32>).compactMap { Unicode.Scalar($0) }

    /// Each scalar up to U+00FF, which is one byte or two, at each place.
    @Test(arguments: scalars)
    func takesLettersDigitsAndTwoMoreAnywhere(scalar: Unicode.Scalar) {
        func offset(_ text: String) -> Int? {
            do throws(TelemetryError) {
                _ = try EventName(text)
                return nil
            } catch {
                guard case .malformedName(text, let offset) = error else { return -1 }
                return offset
            }
        }
        let texts = ["\(scalar)", "\(scalar)bc", "a\(scalar)c", "ab\(scalar)", "a.\(scalar)", "\(scalar).c"]
        let expected: [Int?] =
            scalar == "."
            ? [0, 0, nil, 3, 2, 0]
            : Self.allowed.contains(scalar) ? Array(repeating: nil, count: 6) : [0, 0, 1, 2, 2, 0]
        #expect(texts.map(offset) == expected)
    }

    @Test
    func splitsIntoSegments() throws {
        #expect(try EventName("http.request.stop").segments == ["http", "request", "stop"])
    }

    @Test
    func writesItselfIntoALabel() throws {
        let name = try EventName("http.request.stop")
        #expect(Written { name.write(to: &$0) }.text == "http.request.stop")
    }
}
