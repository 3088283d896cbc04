import FuzzTargets
import Linux
import Testing

/// What the fuzzer begins with, and what it has found: none may make a target trap.
@Suite(.timeLimit(.minutes(5)))
struct CorpusTests {
    private static let corpora =
        #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fuzz/corpora"

    @Test(arguments: FuzzTarget.allCases)
    func eachFileIsTaken(target: FuzzTarget) throws {
        let path = "\(Self.corpora)/\(target.rawValue)"
        let files = try OwnDirectory(path, isMade: false).names().filter { !$0.hasPrefix(".") }
        #expect(files.count >= 3)
        for file in files {
            let bytes = try WholeFile.read("\(path)/\(file)")
            target.run(bytes)
            for end in [bytes.count / 2, bytes.count / 3] { target.run(Array(bytes[..<end])) }
        }
    }
}
