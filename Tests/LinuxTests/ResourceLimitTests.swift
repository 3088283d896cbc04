import CLinux
import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct ResourceLimitTests {
    @Test func raisesTheLimitAsFarAsItMay() async {
        await #expect(processExitsWith: .success) {
            limit(RLIMIT_NOFILE, to: 100, 200)
            #expect(ResourceLimit.openFiles.value == 100)
            #expect(ResourceLimit.openFiles.raise())
            #expect(ResourceLimit.openFiles.value == 200)
            #expect(!ResourceLimit.openFiles.raise())
        }
    }

    @Test func isThatOfItsKind() async {
        await #expect(processExitsWith: .success) {
            let all: [(ResourceLimit, __rlimit_resource)] = [
                (.addressSpace, RLIMIT_AS), (.data, RLIMIT_DATA), (.fileSize, RLIMIT_FSIZE),
                (.stack, RLIMIT_STACK),
            ]
            for (number, (kind, resource)) in all.enumerated() {
                let bytes = 1 << 40 + number
                limit(resource, to: bytes, bytes)
                #expect(kind.value == bytes)
            }
        }
    }

    @Test func whatIsLeftOfDataIsWhatNobodyMapped() async {
        await #expect(processExitsWith: .success) {
            #expect(ResourceLimit.data.left == nil)
            limit(RLIMIT_DATA, to: 8 << 30, 8 << 30)
            let before = try #require(ResourceLimit.data.left)
            #expect(0..<8 << 30 ~= before)
            let block = unsafe malloc(1 << 30)
            let after = try #require(ResourceLimit.data.left)
            unsafe free(block)
            #expect((1 << 30) - (1 << 20)...(1 << 30) + (1 << 20) ~= before - after)
            #expect(ResourceLimit.fileSize.left == nil)
        }
    }

    @Test func aWritePastTheSizeOfAFileFails() async {
        await #expect(processExitsWith: .success) {
            takeSignals()
            ResourceLimit.failWritesPastFileSize()
            let file = unsafe clinux_memfd_create("test")
            limit(RLIMIT_FSIZE, to: 4, 4)
            let first = unsafe write(file, "12345678", 8)
            #expect(first == 4)
            let second = unsafe write(file, "5678", 4)
            #expect(errno == EFBIG)
            #expect(second == -1)
        }
    }

    @Test func sharedMemoryIsAtMostAsLargeAsAFileMayBe() async {
        await #expect(processExitsWith: .success) {
            limit(RLIMIT_FSIZE, to: (1 << 20) + 5, (1 << 20) + 5)
            takeSignals()
            var memory = try SharedMemory(name: "test", size: 4096, reserve: 1 << 30)
            #expect(memory.reserved == 1 << 20)
            try memory.grow(to: 1 << 20)
            #expect(throws: LinuxError.self) { try memory.grow(to: (1 << 20) + 1) }
            #expect(throws: LinuxError.call(operation: "ftruncate", errno: EFBIG, context: "test")) {
                _ = try SharedMemory(name: "test", size: 2 << 20, reserve: 1 << 30)
            }
        }
    }

    @Test func aStoreTakesLessThanItsShareOfALimit() async {
        await #expect(processExitsWith: .success) {
            #expect(MemoryAllowance.store == nil)
            limit(RLIMIT_FSIZE, to: 101 << 20, 101 << 20)
            #expect(MemoryAllowance.store == 80 << 20)
            limit(RLIMIT_DATA, to: 256 << 20, 256 << 20)
            let left = try #require(ResourceLimit.data.left)
            let store = try #require(MemoryAllowance.store)
            #expect((left / 4 - (2 << 20)) / 5 * 4...left / 5 ~= store)
            limit(RLIMIT_FSIZE, to: 1 << 19, 1 << 19)
            #expect(MemoryAllowance.store == 0)
        }
    }
}

/// Has a write past the limit of a file's size end the process: threads of the pool block signals.
private func takeSignals() {
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    unsafe _ = pthread_sigmask(SIG_UNBLOCK, &signals, nil)
}

private func limit(_ resource: __rlimit_resource, to soft: Int, _ hard: Int) {
    var bounds = rlimit(rlim_cur: rlim_t(soft), rlim_max: rlim_t(hard))
    unsafe _ = setrlimit(__rlimit_resource_t(resource.rawValue), &bounds)
}
