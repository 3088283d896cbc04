public import CThread
import Synchronization

/// A number that belongs to one living thread: memory that is kept per number has a single writer.
///
/// A thread takes it when it first records or emits, and gives it back at its end. A thread that finds none does without for
/// good, and so does every thread of another system than Linux. See docs/decisions/0007-what-one-thread-writes.md.
public enum ThreadNumber {
    /// How many threads can have one at a time.
    @inlinable public static var count: Int { 112 }
    /// Of a thread that found none, or that is ending.
    private static let none = UInt32.max

    /// Which numbers are taken, a bit each.
    private static let taken = InlineArray<2, Atomic<UInt64>> { _ in Atomic(0) }

    /// The number of the running thread, from 0 to `count` - 1; more where it has none.
    @inlinable
    @inline(__always)
    public static var current: UInt32 {
        // Kept as one more, as a thread begins with zeros.
        let number = cthread_number()
        return (number == 0 ? claim() : number) &- 1
    }

    /// True for every `period`th call in this thread.
    @inlinable
    @inline(__always)
    public static func isTurn(every period: UInt32) -> Bool { cthread_is_turn(period) }

    /// The kernel's number of the running thread, as in /proc; 0 on other systems than Linux.
    public static var ofKernel: UInt32 { Platform.kernelID }

    @usableFromInline
    @inline(never)
    static func claim() -> UInt32 {
        let number = take()
        cthread_set_number(number)
        return number
    }

    private static func take() -> UInt32 {
        guard let number = takeLowest(of: taken[0], from: 0) ?? takeLowest(of: taken[1], from: 64) else {
            return none
        }
        guard Platform.giveBackAtEndOfThread() else {
            giveBack(number)
            return none
        }
        return number
    }

    private static func takeLowest(of taken: borrowing Atomic<UInt64>, from first: Int) -> UInt32? {
        var bits = taken.load(ordering: .relaxed)
        while true {
            let lowest = (~bits).trailingZeroBitCount
            guard lowest < min(count - first, 64) else { return nil }
            // Acquiring: all that the last owner wrote lies before what this thread writes.
            let (isMine, found) = taken.weakCompareExchange(
                expected: bits, desired: bits | 1 << UInt64(lowest), ordering: .acquiring)
            if isMine { return UInt32(first + lowest + 1) }
            bits = found
        }
    }

    /// Gives back the number of the running thread, which is ending.
    static func giveBack() {
        let number = cthread_number()
        // Other destructors of the thread may still record.
        cthread_set_number(none)
        giveBack(number)
    }

    private static func giveBack(_ number: UInt32) {
        let place = Int(number) - 1
        taken[place / 64].bitwiseAnd(~(1 << UInt64(place % 64)), ordering: .releasing)
    }
}
