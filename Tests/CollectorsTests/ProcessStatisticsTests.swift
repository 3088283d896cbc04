import Glibc
import Testing

@testable import Collectors

@Suite(.timeLimit(.minutes(5)))
struct ProcessStatisticsTests {
    private static let stat =
        "42 (my (odd) name) S 1 42 42 0 -1 4194560 999 0 7 0 250 150 0 0 20 0 4 0 12350 104857600 2560 0\n"

    @Test func readsAWholeTree() throws {
        let statistics = try withProcTree([
            "self/stat": Self.stat,
            "self/limits": "Max open files            1024                 524288               files\n",
            "self/fd/0": "", "self/fd/1": "", "self/fd/2": "",
            "stat": "cpu 1\nbtime 1700000000\n",
        ]) { ProcessStatistics(ProcessFiles(root: $0), ticksPerSecond: 100, pageSize: 4096) }

        #expect(statistics.cpuSeconds == 4)
        #expect(statistics.residentBytes == 10_485_760)
        #expect(statistics.virtualBytes == 104_857_600)
        #expect(statistics.openDescriptors == 3)
        #expect(statistics.maximumDescriptors == 1024)
        #expect(statistics.startTime == 1_700_000_123.5)
        #expect(statistics.threads == 4)
    }

    @Test func aMissingTreeGivesNothing() {
        let statistics = ProcessStatistics(ProcessFiles(root: "/nonexistent"))

        #expect(statistics.cpuSeconds == nil)
        #expect(statistics.openDescriptors == nil)
        #expect(statistics.maximumDescriptors == nil)
        #expect(statistics.startTime == nil)
    }

    @Test func eachMissingFileTakesOnlyItsOwnValues() throws {
        let statistics = try withProcTree(["self/stat": Self.stat]) {
            ProcessStatistics(ProcessFiles(root: $0), ticksPerSecond: 100, pageSize: 4096)
        }

        #expect(statistics.cpuSeconds == 4)
        #expect(statistics.startTime == nil)
        #expect(statistics.maximumDescriptors == nil)
        #expect(statistics.openDescriptors == nil)
    }

    @Test func aResidentSizeBeyondAnyMemoryIsNil() throws {
        let statistics = try withProcTree([
            "self/stat": Self.stat.replacing(" 2560 ", with: " 18446744073709551615 ")
        ]) { ProcessStatistics(ProcessFiles(root: $0), ticksPerSecond: 100, pageSize: 4096) }

        #expect(statistics.residentBytes == nil)
        #expect(statistics.virtualBytes == 104_857_600)
    }

    @Test func anUnlimitedNumberOfDescriptorsIsInfinite() throws {
        let statistics = try withProcTree(["self/limits": "Max open files   unlimited   unlimited   files\n"])
        {
            ProcessStatistics(ProcessFiles(root: $0))
        }

        #expect(statistics.maximumDescriptors == .infinity)
    }

    @Test func theRealProcessIsPlausible() throws {
        let statistics = ProcessStatistics()

        #expect(try #require(statistics.cpuSeconds) > 0)
        #expect(try #require(statistics.residentBytes) > 1 << 20)
        #expect(try #require(statistics.virtualBytes) > #require(statistics.residentBytes))
        #expect(try #require(statistics.openDescriptors) > 2)
        #expect(try #require(statistics.maximumDescriptors) > 2)
        #expect(try #require(statistics.threads) > 0)
        let now = Double(time(nil))
        #expect(try (now - 86_400...now + 2).contains(#require(statistics.startTime)))
    }
}

/// Calls `body` with the root of a temporary tree that holds `files`.
private func withProcTree<Result>(
    _ files: [String: String], _ body: (String) throws -> Result
) throws -> Result {
    let root = try makeTemporaryDirectory()
    var made: [String] = [root]
    defer { for path in made.reversed() { unsafe remove(path) } }
    for (name, contents) in files {
        let parts = name.split(separator: "/")
        for depth in 1..<max(parts.count, 1) {
            let directory = "\(root)/\(parts[..<depth].joined(separator: "/"))"
            if unsafe mkdir(directory, 0o700) == 0 { made.append(directory) }
        }
        write(contents, to: "\(root)/\(name)")
        made.append("\(root)/\(name)")
    }
    return try body(root)
}

private func makeTemporaryDirectory() throws -> String {
    var template = Array("/tmp/collectors-XXXXXX".utf8CString)
    let path = unsafe template.withUnsafeMutableBufferPointer { buffer -> String? in
        guard let start = buffer.baseAddress, let path = unsafe mkdtemp(start) else { return nil }
        return unsafe String(cString: path)
    }
    return try #require(path)
}

private func write(_ contents: String, to path: String) {
    let file = unsafe fopen(path, "w")
    guard let file = unsafe file else { return }
    unsafe fputs(contents, file)
    unsafe fclose(file)
}
