import Glibc
import Synchronization

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

/// Runs `body` on `count` threads of their own, and `meanwhile` in this one; returns when all have ended.
///
/// Tasks would share as many threads as there are processors, too few for threads to be interrupted anywhere.
package func onThreads<Failure: Error>(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Void, meanwhile: () throws(Failure) -> Void
) throws(Failure) {
    var threads: [pthread_t] = []
    for index in 0..<count {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(ThreadBody { body(index) }).toOpaque()
        let status = unsafe pthread_create(&thread, nil, { unsafe start($0) }, context)
        precondition(status == 0, "no thread: error \(status)")
        threads.append(thread)
    }
    defer {
        for thread in threads { pthread_join(thread, nil) }
    }
    try meanwhile()
}

/// Runs `body` on `count` threads of their own, and returns when all have ended.
package func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    onThreads(count, body, meanwhile: {})
}

/// Runs `body` on `count` threads that live at the same time: all begin together, and none ends before the others.
package func onThreadsTogether(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let steps = Atomic(0)
    @Sendable func wait(for step: Int) {
        steps.wrappingAdd(1, ordering: .acquiringAndReleasing)
        spin { steps.load(ordering: .acquiring) >= step * count }
    }
    onThreads(count) { thread in
        wait(for: 1)
        body(thread)
        wait(for: 2)
    }
}

private func start(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
