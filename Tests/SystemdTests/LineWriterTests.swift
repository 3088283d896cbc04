import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct LineWriterTests {
    @Test func writesLinesInOrder() {
        let pipe = TestPipe()
        let writer = LineWriter(descriptor: pipe.writeEnd)
        writer.submit(Array("one\n".utf8))
        writer.submit(Array("two\n".utf8))
        #expect(pipe.readText(8) == "one\ntwo\n")
    }

    @Test func writesALineThatTheDescriptorTakesInParts() {
        let pipe = TestPipe(isNonBlocking: true)
        let writer = LineWriter(descriptor: pipe.writeEnd, patience: .seconds(60))
        let line = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        writer.submit(line)
        // Compared outside the macro, which would look for the smallest difference of two long arrays.
        let isWhole = pipe.read(line.count, patience: 10_000) == line
        #expect(isWhole)
        #expect(writer.flush(timeout: .seconds(60)))
        #expect(writer.droppedEntries == 0)
    }

    @Test func dropsALineThatNobodyTakesAndSetsTheNextApart() {
        let pipe = TestPipe(isNonBlocking: true)
        let writer = LineWriter(descriptor: pipe.writeEnd, patience: .milliseconds(1))
        writer.submit([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        #expect(writer.flush(timeout: .seconds(60)))
        #expect(writer.droppedEntries == 1)
        #expect((1..<1_000_000).contains(pipe.drain()))
        writer.submit(Array("next\n".utf8))
        #expect(pipe.readText(6) == "\nnext\n")
        #expect(writer.droppedEntries == 1)
    }

    @Test func survivesAReaderThatWentAway() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_DFL)
            let pipe = TestPipe()
            let writer = LineWriter(descriptor: pipe.writeEnd)
            close(pipe.readEnd)
            writer.submit(Array("lost\n".utf8))
            exit(writer.flush(timeout: .seconds(60)) && writer.droppedEntries == 1 ? 0 : 1)
        }
    }
}
