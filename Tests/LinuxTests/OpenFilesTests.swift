import Glibc
import Testing

@testable import Linux

@Suite(.timeLimit(.minutes(5)))
struct OpenFilesTests {
    @Test func countsWhatIsOpen() async {
        await #expect(processExitsWith: .success) {
            #expect(
                Self.holdsUndisturbed { before in
                    let opened = (0..<10).map { _ in dup(STDERR_FILENO) }
                    let during = OpenFiles.count
                    for descriptor in opened { close(descriptor) }
                    return during == before + 10 && OpenFiles.count == before
                })
        }
    }

    @Test func closedStandardDescriptorsAreOpenedOnNothing() async {
        await #expect(processExitsWith: .success) {
            #expect(
                Self.holdsUndisturbed { _ in
                    // Standard error is lost, and the number of standard input is taken by a file of another kind.
                    dup2(STDERR_FILENO, STDIN_FILENO)
                    close(STDOUT_FILENO)
                    close(STDERR_FILENO)
                    StandardDescriptors.openAll()
                    var status = (stat(), stat(), stat())
                    unsafe fstat(STDOUT_FILENO, &status.0)
                    unsafe fstat(STDERR_FILENO, &status.1)
                    unsafe stat("/dev/null", &status.2)
                    let isWritten = unsafe write(STDERR_FILENO, "x", 1) == 1
                    return isWritten && status.0.st_rdev == status.2.st_rdev
                        && status.1.st_rdev == status.2.st_rdev
                        && fcntl(STDOUT_FILENO, F_GETFD) == 0 && fcntl(STDERR_FILENO, F_GETFD) == 0
                })
        }
    }

    /// Whether `body`, called with the count of open files, is true in one of a hundred rounds: the runtime's threads open and
    /// close files of their own meanwhile.
    private static func holdsUndisturbed(_ body: (Int) -> Bool) -> Bool {
        (0..<100).contains { _ in body(OpenFiles.count) }
    }
}
