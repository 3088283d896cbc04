import Glibc
import TestKit
import Testing

/// Random scripts, run on OTP's supervisor where Debian's erlang-base is installed, and on ours: both do the same.
@Suite(.timeLimit(.minutes(5)))
struct ReplayTests {
    private struct NoReplay: Error {}

    private static let program =
        #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/OTP/supervisor.escript"
    private static let places: [String] = ["/usr/bin/escript", "/usr/local/bin/escript"]
    private static let escript = places.first { unsafe access($0, X_OK) == 0 }

    private static func traces(of scripts: [ReplayScript]) async throws -> [[String]] {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/scripts"
            guard let file = unsafe fopen(path, "w") else { throw NoReplay() }
            unsafe fputs(scripts.map(\.description).joined(), file)
            unsafe fclose(file)
            guard let output = unsafe popen("\(escript ?? "") '\(program)' '\(path)'", "r") else {
                throw NoReplay()
            }
            defer { unsafe pclose(output) }
            var traces: [[String]] = [[]]
            while let line = unsafe readLine(of: output) {
                if line == "." { traces.append([]) } else { traces[traces.count - 1].append(line) }
            }
            return traces.dropLast()
        }
    }

    private static func readLine(of file: UnsafeMutablePointer<FILE>) -> String? {
        var line: [UInt8] = []
        while case let byte = unsafe getc(file), byte != EOF, byte != UInt8(ascii: "\n") {
            line.append(UInt8(truncatingIfNeeded: byte))
        }
        let isOver = unsafe feof(file) != 0
        return line.isEmpty && isOver ? nil : String(decoding: line, as: UTF8.self)
    }

    @Test(.enabled(if: escript != nil, "needs escript of Debian's erlang-base"))
    func startsAndEndsAreThoseOfOTP() async throws {
        let scripts = (0..<1000).map { ReplayScript(seed: $0) }
        let traces = try await Self.traces(of: scripts)
        try #require(traces.count == scripts.count)
        for (script, otp) in zip(scripts, traces) {
            let ours = try await Replay(script).trace()
            #expect(ours == otp, "seed \(script.seed):\n\(script)")
        }
    }

    @Test func startsAndEndsAreThoseOfAModel() async throws {
        for seed in 0..<1000 {
            let script = ReplayScript(seed: seed, hasTime: true)
            var model = ReplayModel(script)
            let expected = model.trace()
            let ours = try await Replay(script).trace()
            #expect(ours == expected, "seed \(seed):\n\(script)")
        }
    }
}
