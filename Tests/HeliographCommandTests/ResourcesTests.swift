import CLinux
import Glibc
import Linux
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct ResourcesTests {
    @Test(arguments: [
        (0, 268_435_456), (8 << 20, 268_435_456), (134_217_728, 268_435_456), (402_653_184, 626_349_396),
        (.max, .max),
    ])
    func theStoreTakesAQuarterOfWhatIsNeeded(stacks: Int, needed: Int) {
        #expect(Resources.needed(stacks: stacks) == needed)
    }

    @Test func aShortageSaysWhatToDo() {
        #expect(
            ResourceShortage(needed: 256 << 20, left: 100 << 20).description
                == "The process may map 100 MiB more, but needs 256 MiB: raise the limit with ulimit -v or LimitAS=."
        )
    }

    @Test func raisesTheLimitOfOpenFiles() async {
        await #expect(processExitsWith: .success) {
            Self.limit(RLIMIT_NOFILE, to: 100, atMost: 200)
            try Resources.prepare()
            #expect(OpenFiles.limit == 200)
        }
    }

    /// By itself, malloc would have a block of a size that was freed before in its heap.
    @Test func hasLargeBlocksGivenBack() async {
        await #expect(processExitsWith: .success) {
            try Resources.prepare()
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
            try Resources.prepare()
            let used = (64 << 30) - (try #require(AddressSpace.left))
            Self.limit(RLIMIT_AS, to: rlim_t(used + (100 << 20)), atMost: .max)
            let shortage = #expect(throws: ResourceShortage.self) { try Resources.prepare() }
            #expect(50 << 20...100 << 20 ~= (try #require(shortage).left))
            let threads = 20 + max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
            #expect(shortage?.needed == Resources.needed(stacks: AddressSpace.stacks(ofThreads: threads)))
        }
    }

    private static func limit(_ resource: __rlimit_resource, to bound: rlim_t, atMost most: rlim_t) {
        var bounds = rlimit(rlim_cur: bound, rlim_max: most)
        unsafe _ = setrlimit(__rlimit_resource_t(resource.rawValue), &bounds)
    }
}
