import Glibc
import Linux
import TestKit
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct LineOutputTests {
    @Test func writesLinesInOrder() {
        let pipe = TestPipe()
        let output = LineOutput(descriptor: pipe.writeEnd)
        #expect(output.write(Array("one\n".utf8)))
        #expect(output.write(Array("two\n".utf8)))
        #expect(pipe.readText(8) == "one\ntwo\n")
    }

    @Test func writesALineThatTheDescriptorTakesInParts() {
        let pipe = TestPipe(isNonBlocking: true)
        let line = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let (readEnd, writeEnd) = (pipe.readEnd, pipe.writeEnd)
        onThreads(1) { _ in
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            var count = 0
            while count < line.count {
                let result = unsafe read(readEnd, &bytes, bytes.count)
                guard result > 0, bytes[..<result].elementsEqual(line[count..<count + result]) else { return }
                count += result
            }
        } meanwhile: {
            #expect(LineOutput(descriptor: writeEnd, patience: .seconds(60)).write(line))
        }
        #expect(pipe.drain() == 0)
    }

    @Test func losesALineThatNobodyTakesAndSetsTheNextApart() {
        let pipe = TestPipe(isNonBlocking: true)
        let output = LineOutput(descriptor: pipe.writeEnd, patience: .milliseconds(1))
        #expect(!output.write([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)))
        #expect((1..<1_000_000).contains(pipe.drain()))
        #expect(output.write(Array("next\n".utf8)))
        #expect(pipe.readText(6) == "\nnext\n")
    }

    @Test func survivesAReaderThatWentAway() async {
        await #expect(processExitsWith: .success) {
            SignalMask.block()
            let pipe = TestPipe()
            close(pipe.readEnd)
            exit(LineOutput(descriptor: pipe.writeEnd).write(Array("lost\n".utf8)) ? 1 : 0)
        }
    }
}
