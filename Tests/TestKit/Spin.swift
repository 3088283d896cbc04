import Glibc

/// What is waited for in a test takes milliseconds; this is for a machine that does much else.
private let patience = Duration.seconds(120)

/// Gives way to other threads until `condition` holds.
///
/// Traps where that takes two minutes, as a thread that spins for ever can't be cancelled, and would hang all tests.
package func spin(
    until condition: () -> Bool, file: StaticString = #file, line: UInt = #line
) {
    let deadline = ContinuousClock.now + patience
    while !condition() {
        precondition(ContinuousClock.now < deadline, "waited in vain", file: file, line: line)
        sched_yield()
    }
}

/// Gives way to other tasks until `condition` holds; traps where that takes two minutes.
package func yield(
    until condition: () -> Bool, file: StaticString = #file, line: UInt = #line
) async {
    let deadline = ContinuousClock.now + patience
    while !condition() {
        precondition(ContinuousClock.now < deadline, "waited in vain", file: file, line: line)
        await Task.yield()
    }
}
