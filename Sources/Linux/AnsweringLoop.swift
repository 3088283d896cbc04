/// A loop that can be asked whether it lives.
package protocol AnsweringLoop: Sendable {
    /// Asks for a sign of life: `answers` grows once the loop came around.
    func ping()
    /// How often the loop came around.
    var answers: UInt64 { get }
}

extension BlockingLoop: AnsweringLoop {}
