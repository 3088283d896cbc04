import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct WatchdogTests {
    @Test func pingsThreeTimesPerInterval() {
        #expect(Watchdog(interval: .seconds(30)).pingInterval == .seconds(10))
    }

    @Test func readsTheIntervalMeantForThisProcess() async {
        await #expect(processExitsWith: .success) {
            setVariable("WATCHDOG_USEC", "30000000")
            setVariable("WATCHDOG_PID", "\(getpid())")
            exit(try Watchdog.fromEnvironment() == Watchdog(interval: .seconds(30)) ? 0 : 1)
        }
    }

    @Test func ignoresTheIntervalMeantForAnotherProcess() async {
        await #expect(processExitsWith: .success) {
            setVariable("WATCHDOG_USEC", "30000000")
            setVariable("WATCHDOG_PID", "\(getppid())")
            exit(try Watchdog.fromEnvironment() == nil ? 0 : 1)
        }
    }

    @Test func refusesAnIntervalThatIsNoNumber() async {
        await #expect(processExitsWith: .success) {
            setVariable("WATCHDOG_USEC", "soon")
            setVariable("WATCHDOG_PID", nil)
            do throws(SystemdError) {
                _ = try Watchdog.fromEnvironment()
                exit(1)
            } catch {
                exit(error == .watchdogEnvironmentUnusable(errno: EINVAL) ? 0 : 2)
            }
        }
    }
}
