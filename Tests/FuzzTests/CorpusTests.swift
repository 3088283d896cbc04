import FuzzTargets
import Glibc
import Linux
import Testing

/// What the fuzzer begins with, and what it has found: none may make a target trap.
@Suite(.timeLimit(.minutes(5)))
struct CorpusTests {
    private static let corpora =
        #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fuzz/corpora"

    private static func files(in directory: String) -> [String] {
        guard let stream = unsafe opendir(directory) else { return [] }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append("\(directory)/\(name)") }
        }
        return names.sorted()
    }

    @Test(arguments: FuzzTarget.allCases)
    func eachFileIsTaken(target: FuzzTarget) throws {
        let files = Self.files(in: "\(Self.corpora)/\(target.rawValue)")
        #expect(files.count >= 3)
        for file in files {
            let bytes = try WholeFile.read(file)
            target.run(bytes)
            for end in [bytes.count / 2, bytes.count / 3] { target.run(Array(bytes[..<end])) }
        }
    }
}
