import Synchronization

/// Runs jobs one after the other, in the order in which they came.
final class SerialExecutor: TaskExecutor {
    private let last = Mutex<Task<Void, Never>?>(nil)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedTaskExecutor()
        last.withLock { last in
            let before = last
            last = Task.detached {
                await before?.value
                unsafe job.runSynchronously(on: executor)
            }
        }
    }
}
