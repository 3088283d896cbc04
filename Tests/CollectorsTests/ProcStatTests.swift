import Testing

@testable import Collectors

@Suite(.timeLimit(.minutes(5)))
struct ProcStatTests {
    private static let tail =
        "S 1 42 42 0 -1 4194560 999 0 7 0 250 150 0 0 20 0 4 0 98765 104857600 2560 18446744073709551615"

    @Test(arguments: ["heliograph", "a b", "a) S 1 2", "((", ")", "tab\tname", ""])
    func findsTheFieldsBehindAnyCommand(command: String) throws {
        let stat = try #require(ProcStat(Array("42 (\(command)) \(Self.tail)\n".utf8)))

        #expect(stat.userTicks == 250)
        #expect(stat.systemTicks == 150)
        #expect(stat.threads == 4)
        #expect(stat.startTicks == 98765)
        #expect(stat.virtualBytes == 104_857_600)
        #expect(stat.residentPages == 2560)
    }

    @Test(arguments: ["", "42", "42 heliograph S 1"])
    func refusesALineWithoutCommand(line: String) {
        #expect(ProcStat(Array(line.utf8)) == nil)
    }

    @Test func missingOrBrokenFieldsAreNil() throws {
        let stat = try #require(ProcStat(Array("1 (x) S 1 1 1 0 -1 0 0 0 0 0 many 5".utf8)))

        #expect(stat.userTicks == nil)
        #expect(stat.systemTicks == 5)
        #expect(stat.startTicks == nil)
    }

    @Test func everyPrefixAndEveryChangedByteIsSurvived() {
        let line = Array("42 (a) b) \(Self.tail)\n".utf8)
        for place in line.indices {
            var changed = line
            changed[place] ^= 0x80
            let prefix = ProcStat(Array(line[..<place]))

            #expect([nil, 2560, .max, 104_857_600].contains(ProcStat(changed)?.residentPages))
            #expect(prefix?.residentPages.map { "2560".hasPrefix(String($0)) } ?? true)
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct BootTimeTests {
    @Test(arguments: [
        ("cpu  1 2\nbtime 1700000000\nprocesses 9\n", UInt64(1_700_000_000)), ("btime 5", 5),
        ("btime x\n", nil),
        ("xbtime 5\n", nil), ("btime -5\n", nil), ("", nil),
    ])
    func readsTheLine(contents: String, expected: UInt64?) {
        #expect(BootTime.parse(Array(contents.utf8)) == expected)
    }
}
