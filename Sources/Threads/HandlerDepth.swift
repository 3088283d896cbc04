public import CThread

/// How many handlers the running thread is in.
public enum HandlerDepth {
    /// Enters one more; returns how many there were.
    @inlinable
    @inline(__always)
    public static func enter() -> Int { Int(cthread_enter()) }

    /// Leaves it.
    @inlinable
    @inline(__always)
    public static func leave() { cthread_leave() }
}
