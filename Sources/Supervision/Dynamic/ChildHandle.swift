/// One child of a ``DynamicSupervisor``, from its start until it is gone for good; restarts keep it.
///
/// It takes the place of OTP's process identifier, and unlike that one does not change when the child is restarted.
public struct ChildHandle: Sendable, Hashable, CustomStringConvertible {
    /// The id of its spec, which it may share with others.
    public let id: String
    let slot: Int
    /// Never used twice in a process, so that a handle stands for no other child, of whichever supervisor.
    let number: Int

    /// The id, and a number that no other child of the process has.
    public var description: String { "\(id)#\(number)" }

    /// Compares the numbers.
    public static func == (left: ChildHandle, right: ChildHandle) -> Bool {
        left.number == right.number
    }

    /// Hashes the number.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(number)
    }
}
