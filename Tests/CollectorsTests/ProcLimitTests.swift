import Testing

@testable import Collectors

@Suite(.timeLimit(.minutes(5)))
struct ProcLimitTests {
    private static let file = """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              unlimited            unlimited            seconds
        Max open files            1024                 524288               files
        Max open things           few                  many                 things
        """

    @Test(arguments: [
        ("Max open files", ProcLimit.value(1024)), ("Max cpu time", .unlimited), ("Max open things", nil),
        ("Max open", nil), ("Max locks", nil),
    ])
    func readsTheSoftLimit(resource: String, expected: ProcLimit?) {
        #expect(ProcLimit(resource, in: Array(Self.file.utf8)) == expected)
    }
}
