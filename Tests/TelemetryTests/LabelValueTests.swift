import Telemetry
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LabelValueTests {
    private enum Payment: String, LabelValue {
        case card
        case onAccount = "on \"account\""
    }

    private enum Status: Int, LabelValue {
        case missing = -404
        case fine = 200
    }

    @Test(arguments: [
        ("text\n" as any LabelValue & Sendable, "text\\n"), ("a\"bc".dropFirst(), "\\\"bc"),
        ("static\\" as StaticString, "static\\\\"),
        (StaticString(unicodeScalarLiteral: "\""), "\\\""), (true, "true"), (false, "false"),
        (Int.min, "-9223372036854775808"), (Int8.min, "-128"), (Int16.max, "32767"),
        (Int32.min, "-2147483648"),
        (Int64.min, "-9223372036854775808"), (UInt.max, "18446744073709551615"), (UInt8.max, "255"),
        (UInt16.max, "65535"), (UInt32.max, "4294967295"), (UInt64.max, "18446744073709551615"),
        (UInt64(Int64.max), "9223372036854775807"), (Optional<Int>.none, ""), (Optional<Int>.some(3), "3"),
        (Optional<String>.some("a\nb"), "a\\nb"), (Optional<Optional<Bool>>.some(nil), ""),
        (Payment.card, "card"), (Payment.onAccount, "on \\\"account\\\""), (Status.missing, "-404"),
        (Status.fine, "200"), (Optional<Payment>.some(.card), "card"),
    ])
    func writesItsText(value: any LabelValue & Sendable, expected: String) {
        let written = Written { value.write(to: &$0) }
        #expect(written.text == expected)
        #expect(written.count == expected.utf8.count)
    }
}
