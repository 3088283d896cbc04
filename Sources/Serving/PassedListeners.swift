import Linux
import Systemd

extension [ActivatedDescriptor] {
    /// Takes out the listening stream sockets of that name.
    mutating func takeListeners(named name: String) -> [SharedDescriptor] {
        let taken = filter { $0.name == name && $0.kind == .streamListener }
        removeAll { taken.contains($0) }
        return taken.map { SharedDescriptor(takingOwnership: $0.descriptor) }
    }

    /// How many listening stream sockets have that name.
    func listeners(named name: String) -> Int {
        count { $0.name == name && $0.kind == .streamListener }
    }
}
