import CLinux
import Glibc
import Linux
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct ResourcesTests {
    /// 22 stacks of 2 MiB and a page each.
    private static let stacks = 46_227_456

    @Test func aStoreComesOnTopOfHeapAndStacks() {
        let small = Resources.Needs(threads: 22, heap: 64 << 20, hasStore: true)
        #expect(small.addressSpace == 256 << 20)
        #expect(small.data == (Self.stacks + 64 << 20) / 3 * 4)
        #expect(small.fileSize == 8 << 20)
        let large = Resources.Needs(threads: 22, heap: 256 << 20, hasStore: true)
        #expect(large.addressSpace == 2 * (Self.stacks + 256 << 20))
    }

    @Test func withoutAStoreHeapAndStacksAreAll() {
        let needs = Resources.Needs(threads: 22, heap: 8 << 20, hasStore: false)
        #expect(needs.addressSpace == Self.stacks + 8 << 20)
        #expect(needs.data == Self.stacks + 8 << 20)
        #expect(needs.fileSize == 0)
    }

    @Test(arguments: [
        (
            ResourceShortage.addressSpace(needed: 256 << 20, left: 100 << 20),
            "The process may map 100 MiB more, but needs 256 MiB: raise the limit with ulimit -v or LimitAS=."
        ),
        (
            .data(needed: 144 << 20, left: 3 << 20),
            "The process may take 3 MiB more for its data, but needs 144 MiB: raise the limit with ulimit -d or LimitDATA=."
        ),
        (
            .fileSize(needed: 8 << 20, limit: 4096),
            "A file may have 4 KiB, but the store of series needs one of 8192 KiB: raise the limit with ulimit -f or LimitFSIZE=."
        ),
        (
            .stack(needed: 256 << 10, limit: 65_536),
            "The stack may have 64 KiB, but needs 256 KiB: raise the limit with ulimit -s or LimitSTACK=."
        ),
        (
            .threads(needed: 22, available: 3),
            "The process may start 3 threads more, but needs 22: raise the limit with ulimit -u, LimitNPROC= or TasksMax=."
        ),
    ])
    func aShortageSaysWhatToDo(shortage: ResourceShortage, sentence: String) {
        #expect(shortage.description == sentence)
    }

    @Test func raisesTheLimitOfOpenFiles() async {
        await #expect(processExitsWith: .success) {
            Self.limit(RLIMIT_NOFILE, to: 100, atMost: 200)
            try Resources.prepare(for: .service)
            #expect(ResourceLimit.openFiles.value == 200)
        }
    }

    /// By itself, malloc would have a block of a size that was freed before in its heap.
    @Test func hasLargeBlocksGivenBack() async {
        await #expect(processExitsWith: .success) {
            try Resources.prepare(for: .service)
            unsafe free(malloc(8 << 20))
            let before = mallinfo2().hblks
            let block = unsafe malloc(8 << 20)
            #expect(mallinfo2().hblks == before + 1)
            unsafe free(block)
        }
    }

    @Test func refusesAnAddressSpaceThatIsTooSmall() async {
        await #expect(processExitsWith: .success) {
            Self.limit(RLIMIT_AS, to: 64 << 30, atMost: .max)
            try Resources.prepare(for: .service)
            let used = (64 << 30) - (try #require(ResourceLimit.addressSpace.left))
            Self.limit(RLIMIT_AS, to: rlim_t(used + (100 << 20)), atMost: .max)
            let shortage = #expect(throws: ResourceShortage.self) { try Resources.prepare(for: .service) }
            guard case .addressSpace(let needed, let left) = shortage else {
                return _ = Issue.record("\(String(describing: shortage))")
            }
            #expect(50 << 20...100 << 20 ~= left)
            #expect(needed == Resources.Needs.service.addressSpace)
        }
    }

    private static func limit(_ resource: __rlimit_resource, to bound: rlim_t, atMost most: rlim_t) {
        var bounds = rlimit(rlim_cur: bound, rlim_max: most)
        unsafe _ = setrlimit(__rlimit_resource_t(resource.rawValue), &bounds)
    }
}
