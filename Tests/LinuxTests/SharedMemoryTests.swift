import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct SharedMemoryTests {
    @Test func growsInPlaceAndKeepsItsContent() throws {
        var memory = try SharedMemory(name: "test", size: 4096, reserve: 1 << 30)
        let before = unsafe UInt(bitPattern: memory.baseAddress)
        unsafe memory.baseAddress.storeBytes(of: 42, as: UInt64.self)
        try memory.grow(to: 1 << 20)
        unsafe memory.baseAddress.storeBytes(of: 7, toByteOffset: 1 << 19, as: UInt64.self)
        let content = unsafe memory.baseAddress.load(as: UInt64.self)
        let after = unsafe UInt(bitPattern: memory.baseAddress)
        #expect(before == after)
        #expect(content == 42)
        #expect(memory.size == 1 << 20)
        #expect(memory.reserved == 1 << 30)
    }

    @Test func populatedPagesAreZeroAndUsable() throws {
        var memory = try SharedMemory(name: "test", size: 1, reserve: 1 << 26)
        try memory.grow(to: 1 << 20, populate: true)
        let last = unsafe memory.baseAddress.load(fromByteOffset: (1 << 20) - 8, as: UInt64.self)
        #expect(last == 0)
    }

    @Test func roundsItsSizeUpToPages() throws {
        let memory = try SharedMemory(name: "test", size: 5000, reserve: 0)
        #expect(memory.size == 8192)
        #expect(memory.reserved == 8192)
    }

    @Test func givesWholePagesWithinAStretchBack() throws {
        let memory = try SharedMemory(name: "test", size: 1 << 20, reserve: 0)
        unsafe memory.baseAddress.initializeMemory(as: UInt8.self, repeating: 7, count: 1 << 20)
        let isGivenBack = unsafe SharedMemory.giveBack(memory.baseAddress + 1, byteCount: (1 << 20) - 2)
        #expect(isGivenBack)
        // The first and the last page stay.
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        #expect(memory.residentSize == 2 * page)
        let bytes = [0, page - 1, page, (1 << 20) - page - 1, (1 << 20) - page, (1 << 20) - 1].map {
            unsafe memory.baseAddress.load(fromByteOffset: $0, as: UInt8.self)
        }
        #expect(bytes == [7, 7, 0, 0, 7, 7])
        let isNothing = unsafe SharedMemory.giveBack(memory.baseAddress + 1, byteCount: page)
        #expect(isNothing)
        // Reading made two of the pages anew.
        #expect(memory.residentSize == 4 * page)
    }

    @Test func aSmallerSizeChangesNothing() throws {
        var memory = try SharedMemory(name: "test", size: 8192, reserve: 1 << 26)
        try memory.grow(to: 100)
        #expect(memory.size == 8192)
    }

    @Test(arguments: [(1 << 26) + 1, Int.max])
    func refusesToGrowPastTheReservation(size: Int) throws {
        var memory = try SharedMemory(name: "test", size: 4096, reserve: 1 << 26)
        var failure: LinuxError?
        do { try memory.grow(to: size) } catch { failure = error }
        #expect(
            failure == .call(operation: "grow", errno: ENOMEM, context: "\(size) bytes of shared memory"))
        #expect(memory.size == 4096)
    }

    @Test func takesASmallerReservationWhereTheWantedOneIsImpossible() throws {
        let memory = try SharedMemory(name: "test", size: 4096, reserve: 1 << 60)
        #expect(memory.reserved >= SharedMemory.smallestReservation)
        #expect(memory.reserved < 1 << 60)
    }

    @Test func aSuccessorSeesTheSameBytes() throws {
        let memory = try SharedMemory(name: "test", size: 4096, reserve: 1 << 26)
        unsafe memory.baseAddress.storeBytes(of: 99, toByteOffset: 16, as: UInt64.self)
        let successor = try SharedMemory(
            takingOwnership: try memory.descriptor.duplicate(), reserve: 1 << 26)
        let seen = unsafe successor.baseAddress.load(fromByteOffset: 16, as: UInt64.self)
        #expect(seen == 99)
        #expect(successor.size == 4096)
    }

    @Test func sealedMemoryCannotShrink() throws {
        let memory = try SharedMemory(name: "test", size: 8192, reserve: 1 << 26)
        try memory.sealAgainstShrinking()
        #expect(ftruncate(memory.descriptor.rawValue, 4096) == -1)
    }

    @Test func whatIsNoFileIsRefused() throws {
        let wakeUp = try WakeUp()
        var thrown = false
        do {
            _ = try SharedMemory(takingOwnership: try wakeUp.descriptor.duplicate(), reserve: 1 << 26)
        } catch { thrown = true }
        #expect(thrown)
    }

    @Test func leavesThreeQuartersOfALimitedAddressSpaceToOthers() async {
        await #expect(processExitsWith: .success) {
            #expect(ResourceLimit.addressSpace.left == nil)
            let limit = rlim_t(32 << 30)
            var bounds = rlimit(rlim_cur: limit, rlim_max: limit)
            unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bounds)
            let left = try #require(ResourceLimit.addressSpace.left)
            #expect(0..<Int(limit) ~= left)
            let memory = try SharedMemory(name: "test", size: 4096, reserve: 32 << 30)
            #expect(left / 4 - (1 << 20)...left / 4 + (1 << 20) ~= memory.reserved)
            #expect(try #require(ResourceLimit.addressSpace.left) <= left - memory.reserved)
        }
    }
}
