/// What a flag says of a listener that can be switched off.
enum OptionalListener<Address: Sendable>: Sendable {
    case nowhere
    case at(Address)

    /// As the configuration has it: nil for nowhere.
    var address: Address? {
        switch self {
        case .nowhere: nil
        case .at(let address): address
        }
    }
}

extension OptionalListener: Equatable where Address: Equatable {}
