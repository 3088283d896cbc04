import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct AddressSpaceTests {
    @Test func aSharedMemoryLeavesThreeQuartersOfALimitedAddressSpaceToOthers() async {
        await #expect(processExitsWith: .success) {
            #expect(AddressSpace.left == nil)
            let limit = rlim_t(32 << 30)
            var bounds = rlimit(rlim_cur: limit, rlim_max: limit)
            unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bounds)
            let left = try #require(AddressSpace.left)
            #expect(0..<Int(limit) ~= left)
            let memory = try SharedMemory(name: "test", size: 4096, reserve: 32 << 30)
            #expect(left / 4 - (1 << 20)...left / 4 + (1 << 20) ~= memory.reserved)
            #expect(try #require(AddressSpace.left) <= left - memory.reserved)
        }
    }

    @Test func stacksAreThoseOfNewThreads() {
        let one = AddressSpace.stacks(ofThreads: 1)
        #expect(one > 1 << 16)
        #expect(AddressSpace.stacks(ofThreads: 10) == 10 * one)
        #expect(AddressSpace.stacks(ofThreads: .max) == .max)
    }
}
