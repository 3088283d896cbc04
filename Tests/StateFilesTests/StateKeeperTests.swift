import Arena
import Glibc
import Linux
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@testable import StateFiles

/// What outlives a process, and what becomes of states that can't be trusted.
@Suite(.timeLimit(.minutes(5)))
struct StateKeeperTests {
    @Test func seriesGoOnOverACleanEnd() async throws {
        try await withTemporaryDirectory { path in
            let places = StatePlaces.directory("\(path)/state")
            for round in 1...3 {
                let instance = try Instance(places)
                instance.hits.add(2, labels: ["x"])
                instance.observe(0.5, "x")
                #expect(instance.shown() == "\(2 * round)")
                await instance.keeper.finish(instance.store, isLast: true)
            }
            #expect(try names(in: "\(path)/state") == ["heliograph.lock", "heliograph.state"])
        }
    }

    @Test func anEndWithoutACopyGoesOnWithTheLastOne() async throws {
        try await withTemporaryDirectory { path in
            let places = StatePlaces.directory(path)
            var instance: Instance? = try Instance(places)
            instance?.hits.add(2, labels: ["x"])
            #expect(instance.map { $0.keeper.write($0.store) { true } } == true)
            instance?.hits.add(5, labels: ["x"])
            instance = nil
            #expect(try Instance(places).shown() == "2")
        }
    }

    @Test func theLiveFileGoesOnOverAKillAndIsNeverCountedTwice() async throws {
        try await withTemporaryDirectory(in: "/dev/shm") { path in
            let places = StatePlaces.live(directory: "\(path)/state")
            let environment = ["XDG_RUNTIME_DIR": path]
            for round in 1...4 {
                let instance = try Instance(places, environment: environment)
                instance.hits.add(1, labels: ["x"])
                #expect(instance.keeper.write(instance.store) { true })
                instance.hits.add(1, labels: ["x"])
                #expect(instance.shown() == "\(2 * round)")
            }
            try await {
                let instance = try Instance(places, environment: environment)
                #expect(instance.shown() == "8")
                await instance.keeper.finish(instance.store, isLast: true)
            }()
            #expect(try names(in: "\(path)/heliograph-state").filter { !$0.hasSuffix(".lock") } == [])
            #expect(try Instance(places, environment: environment).shown() == "8")
        }
    }

    /// Of processes that end before they have done anything the fourth begins anew, and keeps what the others went on with.
    @Test(arguments: [false, true])
    func aStateAtWhichThreeProcessesEndIsSetAside(isLive: Bool) async throws {
        try await withTemporaryDirectory(in: "/dev/shm") { path in
            let directory = "\(path)/state"
            let places = isLive ? StatePlaces.live(directory: directory) : .directory(directory)
            let environment = ["XDG_RUNTIME_DIR": path]
            try await {
                let first = try Instance(places, environment: environment)
                first.hits.add(1, labels: ["x"])
                if !isLive { await first.keeper.finish(first.store, isLast: true) }
            }()
            func next() throws -> (isThere: Bool, isAside: Bool) {
                let lines = try Instance(places, environment: environment).unscrapedLines()
                let names = try names(in: directory)
                return (
                    lines.contains { $0.hasPrefix("hits_total{") },
                    names.contains { $0.contains("set-aside") }
                )
            }
            for _ in 1...3 { #expect(try next() == (true, false)) }
            #expect(try next() == (false, true))
        }
    }

    @Test func aProcessThatDidSomethingEndsTheCount() async throws {
        try await withTemporaryDirectory { path in
            let places = StatePlaces.directory(path)
            for round in 1...6 {
                // In a scope of its own, as a process has its locks until its end.
                try await {
                    let instance = try Instance(places)
                    instance.hits.add(1, labels: ["x"])
                    #expect(instance.shown() == "\(round)")
                    await instance.keeper.finish(instance.store, isLast: true)
                }()
            }
            #expect(try names(in: path).filter { $0.contains("set-aside") } == [])
        }
    }

    @Test func instancesSideBySideHaveAStateEach() async throws {
        try await withTemporaryDirectory { path in
            let places = StatePlaces.directory(path)
            do {
                let (first, second) = (try Instance(places), try Instance(places))
                first.hits.add(1, labels: ["x"])
                second.hits.add(10, labels: ["x"])
                await second.keeper.finish(second.store, isLast: true)
                await first.keeper.finish(first.store, isLast: true)
            }
            let (first, second) = (try Instance(places), try Instance(places))
            #expect(first.shown() == "1")
            #expect(second.shown() == "10")
        }
    }

    @Test func anotherProcessKeepsItsLiveFile() async throws {
        try await withTemporaryDirectory(in: "/dev/shm") { path in
            let environment = ["XDG_RUNTIME_DIR": path]
            let first = try Instance(.live(), environment: environment)
            first.hits.add(1, labels: ["x"])
            let second = try Instance(.live(), environment: environment)
            #expect(second.shown() == nil)
            second.hits.add(5, labels: ["x"])
            let other = try Instance(.live("other"), environment: environment)
            #expect(other.shown() == nil)
            #expect(first.shown() == "1")
        }
    }

    @Test(arguments: ["link", "open", "file"])
    func aDirectoryInMemoryThatOthersCanWriteToIsNotUsed(kind: String) async throws {
        try await withTemporaryDirectory(in: "/dev/shm") { path in
            let place = "\(path)/heliograph-state"
            switch kind {
            case "link":
                try Directory.make("\(path)/elsewhere", mode: 0o700)
                #expect(unsafe symlink("\(path)/elsewhere", place) == 0)
            case "open":
                try Directory.make(place, mode: 0o700)
                #expect(unsafe chmod(place, 0o777) == 0)
            default: try put([], at: place)
            }
            let instance = try Instance(.live(), environment: ["XDG_RUNTIME_DIR": path])
            instance.hits.add(1, labels: ["x"])
            #expect(instance.shown() == "1")
            let found = kind == "file" ? [] : try names(in: kind == "link" ? "\(path)/elsewhere" : place)
            #expect(found == [])
        }
    }

    @Test func aLinkInThePlaceOfTheLiveFileIsNotFollowed() async throws {
        try await withTemporaryDirectory(in: "/dev/shm") { path in
            try Directory.make("\(path)/heliograph-state", mode: 0o700)
            try put([1, 2, 3], at: "\(path)/precious")
            for name in ["test", "test.new", "test.lock"] {
                #expect(unsafe symlink("\(path)/precious", "\(path)/heliograph-state/\(name)") == 0)
            }
            let instance = try Instance(.live(), environment: ["XDG_RUNTIME_DIR": path])
            instance.hits.add(1, labels: ["x"])
            #expect(instance.shown() == "1")
            #expect(try WholeFile.read("\(path)/precious") == [1, 2, 3])
        }
    }

    @Test func aDirectoryThatCanNotBeWrittenIsNoReasonToEnd() async throws {
        // Directories of the kernel's take no files, not even from root.
        let instance = try Instance(.directory("/proc/self"))
        instance.hits.add(1, labels: ["x"])
        #expect(!instance.keeper.write(instance.store) { true })
        #expect(instance.shown() == "1")
        #expect(instance.line("heliograph_state_write_failures_total") == "1")
        #expect(instance.line("heliograph_state_last_write_timestamp_seconds") == "0")
    }

    @Test func aSuccessorSaysWhenTheImageWasWritten() async throws {
        try await withTemporaryDirectory { path in
            let before = SystemTime.now.inSeconds.rounded()
            do {
                let instance = try Instance(.directory(path))
                await instance.keeper.finish(instance.store, isLast: true)
            }
            let successor = try Instance(.directory(path))
            let shown = successor.line("heliograph_state_last_write_timestamp_seconds").flatMap(Double.init)
            #expect((before...SystemTime.now.inSeconds.rounded()).contains(try #require(shown)))
        }
    }

    @Test func anImageOfAnotherHistoryIsSetAsideForWhatTheManagerKept() async throws {
        try await withTemporaryDirectory { path in
            do {
                let other = try Instance(.directory(path))
                await other.keeper.finish(other.store, isLast: true)
            }
            let kept = try Instance(StatePlaces())
            kept.hits.add(3, labels: ["x"])
            let instance = try Instance(.directory(path), kept: [try kept.foreign()])
            #expect(instance.shown() == "3")
            #expect(instance.setAside(.otherHistory) == "1")
            #expect(try names(in: path).filter { $0.contains("set-aside") }.count == 1)
        }
    }

    @Test func theNewestOfTheSameHistoryCountsWhereverItIs() async throws {
        try await withTemporaryDirectory { path in
            let first = try Instance(StatePlaces())
            first.hits.add(1, labels: ["x"])
            do {
                let second = try Instance(.directory(path), kept: [try first.foreign()])
                second.hits.add(1, labels: ["x"])
                await second.keeper.finish(second.store, isLast: true)
            }
            // The manager still has the memory before the one of which there is an image.
            let third = try Instance(.directory(path), kept: [try first.foreign()])
            #expect(third.shown() == "2")
            third.hits.add(1, labels: ["x"])
            // What it has now is newer than the image.
            #expect(try Instance(.directory(path), kept: [try third.foreign()]).shown() == "3")
        }
    }
}

extension Instance {
    /// Its memory, as a successor gets it from the service manager.
    func foreign() throws -> ForeignArena {
        guard let descriptor = store.arena.duplicateDescriptor() else {
            throw LinuxError.call(operation: "dup", errno: EMFILE, context: "")
        }
        return try ForeignArena(SharedMemory(takingOwnership: descriptor, reserve: 0))
    }
}

/// The names of what is in a directory, in order.
func names(in path: String) throws -> [String] {
    try OwnDirectory(path).names().filter { $0 != "." && $0 != ".." }.sorted()
}

/// Puts a file with these bytes at a path.
func put(_ bytes: [UInt8], at path: String) throws {
    let file = Descriptor(takingOwnership: unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600))
    try Descriptor.writeAll(bytes, to: file.rawValue)
}
