import CThread

extension Record {
    /// Has the service manager's watchdog, which ends a process by SIGABRT, set the number at `index` first.
    ///
    /// One record of the process at a time, which lives until `ignoreAborts`.
    package func noteAborts(at index: Int, as value: UInt64) {
        unsafe cthread_mark_abort(
            UnsafeMutableRawPointer(word(index).pointer).assumingMemoryBound(to: UInt64.self), value)
    }

    /// Ends what `noteAborts` began.
    package static func ignoreAborts() { cthread_mark_abort(nil, 0) }
}
