import Glibc
import TestKit
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct MemoryAllowanceTests {
    /// What a process is allowed where the files below the two file systems have those texts.
    private func allowance(
        group: String, _ files: [String: String], memory: String = "MemTotal:        1000 kB\nMemFree: 1 kB\n"
    ) async throws -> Int? {
        try await withTemporaryDirectory { directory in
            let all = files.map { ("cgroup/\($0.key)", $0.value) }
            for (path, text) in [("proc/meminfo", memory), ("proc/self/cgroup", group)] + all {
                try write(text, to: path, in: directory)
            }
            return MemoryAllowance.bytes(proc: "\(directory)/proc", cgroup: "\(directory)/cgroup")
        }
    }

    private func write(_ text: String, to path: String, in directory: String) throws {
        let parts = path.split(separator: "/")
        for depth in 1..<parts.count {
            try Directory.make(([directory] + parts[..<depth].map(String.init)).joined(separator: "/"))
        }
        let raw = try check("open", path) {
            unsafe open("\(directory)/\(path)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        }
        let file = Descriptor(takingOwnership: raw)
        let bytes = Array(text.utf8)
        #expect(unsafe Glibc.write(file.rawValue, bytes, bytes.count) == bytes.count)
    }

    @Test func isTheMachineWhereNoGroupSaysLess() async throws {
        #expect(try await allowance(group: "", [:]) == 1_024_000)
        #expect(try await allowance(group: "0::/a\n", ["a/memory.max": "max\n"]) == 1_024_000)
        #expect(try await allowance(group: "0::/a\n", ["a/memory.max": "2048000\n"]) == 1_024_000)
        #expect(
            try await allowance(group: "3:cpu:/a\n", ["memory/a/memory.limit_in_bytes": "7\n"]) == 1_024_000)
    }

    @Test func isTheLeastOfTheGroupAndThoseAroundIt() async throws {
        let files = [
            "memory.max": "500000\n", "a/memory.max": "300000\n", "a/b.service/memory.max": "max\n",
            "a/b.service/memory.high": "400000\n",
        ]
        #expect(try await allowance(group: "1:name=x:/y\n0::/a/b.service\n", files) == 300_000)
        #expect(
            try await allowance(group: "0::/a/b.service\n", ["a/b.service/memory.high": "4000\n"]) == 4000)
        // In a container, the path of the machine is not there.
        #expect(try await allowance(group: "0::/docker/0123\n", ["memory.max": "500000\n"]) == 500_000)
        #expect(try await allowance(group: "0::/../..\n", ["memory.max": "500000\n"]) == 500_000)
    }

    @Test func readsTheFirstVersionToo() async throws {
        let files = [
            "memory/memory.limit_in_bytes": "9223372036854771712\n",
            "memory/a/memory.limit_in_bytes": "9000\n",
        ]
        #expect(try await allowance(group: "5:cpu,memory:/a\n0::/\n", files) == 9000)
        #expect(try await allowance(group: "5:memory:/\n", files) == 1_024_000)
    }

    @Test(arguments: ["", "MemTotal: kB\n", "MemTotal:\n", "MemTotal: 0 kB\n", "MemTotal: -1 kB\n"])
    func isUnknownWhereTheMachineSaysNothing(memory: String) async throws {
        #expect(try await allowance(group: "0::/a\n", ["a/memory.max": "5\n"], memory: memory) == nil)
    }

    @Test(arguments: ["", "0", "-5", "5 kB", "99999999999999999999"])
    func passesOverWhatIsNoNumber(text: String) async throws {
        #expect(try await allowance(group: "0::/a\n", ["a/memory.max": text]) == 1_024_000)
    }

    @Test func readsThisMachine() throws {
        let bytes = try #require(MemoryAllowance.bytes())
        #expect(bytes > 1 << 20)
    }
}
