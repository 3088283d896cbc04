import TestKit
import Testing
import Threads

/// Whether this is a build of what stands in for Linux elsewhere: `make test-portable`.
#if HELIOGRAPH_PORTABLE
let isPortable = true
#else
let isPortable = false
#endif

@Suite(.enabled(if: isPortable), .timeLimit(.minutes(5)))
struct PlatformTests {
    @Test func noThreadHasANumber() {
        let numbers = ThreadNumberTests().numbers(ofThreads: ThreadNumber.count + 20)
        #expect(numbers.allSatisfy { $0 >= ThreadNumber.count })
    }

    @Test func noBarrierIsAvailable() {
        #expect(!ThreadBarrier.isAvailable)
        #expect(!ThreadBarrier.passAll())
    }
}
