import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct OpenFilesTests {
    @Test func raisesTheLimitAsFarAsItMay() async {
        await #expect(processExitsWith: .success) {
            var bounds = rlimit(rlim_cur: 100, rlim_max: 200)
            unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &bounds)
            #expect(OpenFiles.limit == 100)
            #expect(OpenFiles.raiseLimit())
            #expect(OpenFiles.limit == 200)
            #expect(!OpenFiles.raiseLimit())
        }
    }

    @Test func countsWhatIsOpen() async {
        await #expect(processExitsWith: .success) {
            let before = OpenFiles.count
            let opened = (0..<10).map { _ in dup(STDERR_FILENO) }
            #expect(OpenFiles.count == before + 10)
            for descriptor in opened { close(descriptor) }
            #expect(OpenFiles.count == before)
        }
    }

    @Test func closedStandardDescriptorsAreOpenedOnNothing() async {
        await #expect(processExitsWith: .success) {
            close(STDIN_FILENO)
            close(STDOUT_FILENO)
            let other = dup(STDERR_FILENO)
            close(STDERR_FILENO)
            // The number that was free at first is taken by a file of another kind.
            #expect(other == STDIN_FILENO)
            StandardDescriptors.openAll()
            #expect(unsafe write(STDERR_FILENO, "x", 1) == 1)
            #expect(fcntl(STDOUT_FILENO, F_GETFD) == 0)
            var status = (stat(), stat())
            unsafe fstat(STDERR_FILENO, &status.0)
            unsafe stat("/dev/null", &status.1)
            #expect(status.0.st_rdev == status.1.st_rdev)
        }
    }
}
