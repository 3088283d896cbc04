import Glibc

/// Which signals threads of ours don't take.
package enum SignalMask {
    /// Those that say that the process crashes, and `SIGUSR1`: with it, Swift's backtracer stops the threads to look at.
    private static let ofCrashes = [
        SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGQUIT, SIGUSR1,
    ]

    /// Has the running thread, and those that it starts, take no signals of an application, but those of crashes.
    ///
    /// Of these, what the main thread blocks stays blocked: somebody waits for it there. Threads of a pool block `SIGUSR1` anyway.
    /// - Returns: what `restore` takes.
    @discardableResult
    package static func block() -> Before {
        var signals = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&signals)
        for signal in ofCrashes where !isBlockedInMain(signal) { unsafe sigdelset(&signals, signal) }
        unsafe pthread_sigmask(SIG_SETMASK, &signals, &before)
        return Before(mask: before)
    }

    private static func isBlockedInMain(_ signal: Int32) -> Bool {
        blockedInMain >> UInt64(signal - 1) & 1 == 1
    }

    /// What the main thread blocked when the first thread of ours began, a bit for each signal from 1 on.
    private static let blockedInMain: UInt64 = {
        // The status of the process is that of its main thread.
        guard let contents = try? WholeFile.read("/proc/self/status", limit: 1 << 16) else { return 0 }
        let lines = String(decoding: contents, as: UTF8.self).split(separator: "\n")
        let bits = lines.first { $0.hasPrefix("SigBlk:") }?.split(separator: "\t").last
        return bits.flatMap { UInt64($0, radix: 16) } ?? 0
    }()

    /// The signals that were blocked before.
    package struct Before {
        fileprivate let mask: sigset_t

        /// Has the running thread block these and no others.
        package func restore() {
            var mask = mask
            unsafe _ = pthread_sigmask(SIG_SETMASK, &mask, nil)
        }
    }
}
