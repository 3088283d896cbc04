/// A descriptor that is used again and again by owners of duplicates, and closed with the last reference.
package final class SharedDescriptor: Sendable {
    private let descriptor: Descriptor

    /// Takes over `rawValue`, which nobody else may close from now on.
    package init(takingOwnership rawValue: Int32) { descriptor = Descriptor(takingOwnership: rawValue) }

    /// Another descriptor (close-on-exec) of the same open file.
    package func duplicate() throws(LinuxError) -> Descriptor { try descriptor.duplicate() }
}
