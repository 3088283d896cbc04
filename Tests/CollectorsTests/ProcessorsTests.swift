import Glibc
import Testing

@testable import Collectors

@Suite(.timeLimit(.minutes(5)))
struct ProcessorsTests {
    @Test(arguments: [
        ("0", 1), ("0-3", 4), ("0-3,8", 5), ("0,2,4-5", 4), ("65535", 1), ("", nil), ("0-", nil), ("-3", nil),
        ("3-0", nil), ("0-1-2", nil), ("0,,1", nil), ("a", nil), ("0-99999", nil),
    ])
    func countsTheList(list: String, expected: Int?) {
        let status = "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t\(list)\nMems_allowed:\t1\n"
        #expect(Processors.parse(Array(status.utf8)) == expected)
    }

    @Test func aFileWithoutTheLineTellsNothing() {
        #expect(Processors.parse(Array("Name:\tx\n".utf8)) == nil)
        #expect(Processors.usable(ProcessFiles(root: "/nonexistent")) == nil)
    }

    @Test func theRealProcessHasSome() throws {
        let configured = Int(sysconf(Int32(_SC_NPROCESSORS_CONF)))
        #expect(1...configured ~= (try #require(Processors.usable())))
        #expect(1...configured ~= (try #require(Processors.online)))
    }
}
