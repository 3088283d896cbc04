import Glibc
import Testing

@testable import Collectors

@Suite(.timeLimit(.minutes(5)))
struct ResourceUsageTests {
    @Test func takesWhatTheKernelCounts() throws {
        var counted = rusage()
        counted.ru_minflt = 1
        counted.ru_majflt = 2
        counted.ru_nvcsw = 3
        counted.ru_nivcsw = 4
        counted.ru_maxrss = 5

        let usage = try #require(ResourceUsage(counted))

        #expect(usage.minorFaults == 1)
        #expect(usage.majorFaults == 2)
        #expect(usage.voluntarySwitches == 3)
        #expect(usage.involuntarySwitches == 4)
        #expect(usage.peakResidentBytes == 5120)
    }

    @Test func negativeCountsAreRefused() {
        var counted = rusage()
        counted.ru_maxrss = -1
        #expect(ResourceUsage(counted) == nil)
    }

    @Test func theRealProcessIsPlausible() throws {
        let usage = try #require(ResourceUsage())
        #expect(usage.minorFaults > 100)
        #expect(usage.peakResidentBytes > 1 << 20)
    }
}
