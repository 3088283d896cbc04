import Linux
import PrometheusFormat
import TelemetryMetrics
import TestKit
import Testing

@testable import Arena
@testable import StateFiles

/// Images that somebody or something has changed: each ends in a process that runs, and says what it did.
@Suite(.timeLimit(.minutes(5)))
struct DamagedStateTests {
    /// Changes the image of a process that has counted, and starts another one there.
    private func successor(
        after change: (inout [UInt8]) -> Void, _ body: (Instance, [String]) throws -> Void
    ) async throws {
        try await withTemporaryDirectory { path in
            do {
                let instance = try Instance(.directory(path))
                for number in 0..<50 { instance.hits.add(1, labels: ["\(number)"]) }
                await instance.keeper.finish(instance.store, isLast: true)
            }
            var bytes = try WholeFile.read("\(path)/heliograph.state")
            change(&bytes)
            try put(bytes, at: "\(path)/heliograph.state")
            try body(try Instance(.directory(path)), try names(in: path))
        }
    }

    private func expectSetAside(
        for cause: SetAsideCause, after change: (inout [UInt8]) -> Void
    ) async throws {
        try await successor(after: change) { instance, names in
            #expect(instance.shown("7") == nil)
            #expect(instance.setAside(cause) == "1")
            #expect(names.filter { $0.contains(".state.set-aside-2") }.count == 1)
            #expect(!names.contains("heliograph.state"))
            instance.hits.add(1, labels: ["7"])
            #expect(instance.shown("7") == "1")
        }
    }

    @Test func aForeignFileIsSetAside() async throws {
        try await expectSetAside(for: .foreign) { $0 = Array("hello".utf8) }
        try await expectSetAside(for: .foreign) { $0 = [] }
        try await expectSetAside(for: .foreign) { $0 = [UInt8](repeating: 0, count: 1 << 20) }
    }

    @Test func anUnknownLayoutIsSetAside() async throws {
        try await expectSetAside(for: .unknownLayout) { $0[Arena.Header.layout] += 1 }
    }

    @Test(arguments: [8, 16, 48, 79, 127, 128, 129, 4095, 4096, 8192, 100_000, 262_143])
    func aTruncatedImageIsSetAside(length: Int) async throws {
        let cause: SetAsideCause = length < 16 ? .unknownLayout : .truncated
        try await expectSetAside(for: cause) { $0.removeLast($0.count - length) }
    }

    @Test(arguments: 0..<Arena.Header.end)
    func aWrongBitInTheHeaderIsSetAside(byte: Int) async throws {
        // Free to be written in an image, too.
        guard !(40..<48).contains(byte) else { return }
        try await successor(after: { $0[byte] ^= 1 << UInt8(byte % 8) }) { instance, names in
            let causes = SetAsideCause.allCases.filter { instance.setAside($0) == "1" }
            #expect(causes.count == 1)
            #expect(instance.shown("7") == nil)
            #expect(names.filter { $0.contains("set-aside") }.count == 1)
        }
    }

    /// A thousand images with a wrong bit behind the header: each is read as far as it can be, and what is made of it is a page.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func aWrongBitAnywhereElseDoesNoHarm(seed: UInt64) async throws {
        try await withTemporaryDirectory { path in
            do {
                let instance = try Instance(.directory(path))
                for number in 0..<50 {
                    instance.hits.add(1, labels: ["\(number)"])
                    instance.observe(Double(number) / 10, "\(number)")
                }
                await instance.keeper.finish(instance.store, isLast: true)
            }
            let image = try WholeFile.read("\(path)/heliograph.state")
            let used = (Arena.Header.end..<image.count).filter { image[$0] != 0 }
            var random = SeededGenerator(seed: seed)
            for _ in 0..<25 {
                var bytes = image
                let place = used.randomElement(using: &random) ?? Arena.Header.end
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                try put(bytes, at: "\(path)/heliograph.state")
                let instance = try Instance(.directory(path))
                instance.hits.add(1, labels: ["3"])
                let page = PageRenderer(instance.store, format: .openMetrics).bytes()
                #expect(ExpositionCheck(page, format: .openMetrics).error == nil)
                #expect(instance.shown("3") != nil)
            }
        }
    }

    @Test func onlyTheLastThreeThatWereSetAsideAreKept() async throws {
        try await withTemporaryDirectory { path in
            for number in 0..<6 {
                try put([UInt8(number)], at: "\(path)/heliograph.state")
                _ = try Instance(.directory(path))
            }
            let aside = try names(in: path).filter { $0.contains("set-aside") }
            #expect(try aside.map { try WholeFile.read("\(path)/\($0)") } == [[3], [4], [5]])
        }
    }

    @Test func aMemoryThatCanNotBeReadIsWrittenOutForALook() async throws {
        try await withTemporaryDirectory { path in
            let instance = try Instance(.directory(path))
            let memory = try SharedMemory(name: "broken", size: 8192, reserve: 8192)
            unsafe memory.baseAddress.storeBytes(of: 7, toByteOffset: 5000, as: UInt8.self)
            instance.keeper.setAside(memory.descriptor, for: .notAnArena, "heliograph-state-1")
            let aside = try names(in: path).filter { $0.contains("set-aside") }
            let bytes = try WholeFile.read("\(path)/\(aside.first ?? "")")
            #expect(bytes.count == 8192)
            #expect(bytes[5000] == 7)
        }
    }
}
