import Glibc

/// A closure on a thread of its own.
final class Loop: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    /// Runs the closure on the caller's thread.
    func run() {
        body()
    }

    /// Starts a joinable thread that runs the closure once.
    func start() throws(MicrohttpdError) -> pthread_t {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(self)
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<Loop>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            throw .outOfResources(errno: code)
        }
        return thread
    }
}
