import CLinux
import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct ThreadSupplyTests {
    @Test func stacksAreThoseOfNewThreads() async {
        #expect(ThreadSupply.stacks(ofThreads: 10) == 10 * ThreadSupply.stacks(ofThreads: 1))
        #expect(ThreadSupply.stacks(ofThreads: .max) == .max)
        await #expect(processExitsWith: .success) {
            ThreadSupply.fixStackSize()
            var attributes = pthread_attr_t()
            unsafe pthread_attr_init(&attributes)
            var size = 0
            unsafe pthread_attr_getstacksize(&attributes, &size)
            #expect(size == ThreadSupply.stackSize)
            #expect(ThreadSupply.stacks(ofThreads: 1) == size + Int(sysconf(Int32(_SC_PAGESIZE))))
        }
    }

    @Test func allAreThereWhereNothingLimitsThem() {
        #expect(ThreadSupply.available(upTo: 30) == 30)
        #expect(ThreadSupply.available(upTo: 0) == 0)
    }

    @Test func countsThoseThatRunAtOnce() async {
        await #expect(processExitsWith: .success) {
            // Stacks of 1 GiB where less than 6 GiB may be mapped.
            var attributes = pthread_attr_t()
            unsafe pthread_attr_init(&attributes)
            unsafe pthread_attr_setstacksize(&attributes, 1 << 30)
            unsafe _ = pthread_setattr_default_np(&attributes)
            Heap.shareAmongThreads()
            let limit = rlim_t(try Self.mapped() + 11 << 29)
            var bounds = rlimit(rlim_cur: limit, rlim_max: limit)
            unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bounds)
            #expect(ThreadSupply.available(upTo: 10) == 5)
            // They have ended.
            #expect(ThreadSupply.available(upTo: 10) == 5)
        }
    }

    /// Bytes of addresses that this process has.
    private static func mapped() throws -> Int {
        let text = String(decoding: try WholeFile.read("/proc/self/statm", limit: 4096), as: UTF8.self)
        return try #require(Int(text.prefix { $0 != " " })) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
