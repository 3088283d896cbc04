import ArgumentParser
import ConfigurationFile
import Linux

/// Reads the texts of flags with the checks that the configuration file gets.
///
/// What is wrong is thrown as a `ValidationError`, before which the parser puts the flag and the text.
enum FlagText {
    static func listenAddress(_ text: String) throws -> ListenAddress {
        do throws(ListenAddressError) {
            return try ListenAddress(text)
        } catch {
            throw ValidationError(error.description)
        }
    }

    static func telemetryPath(_ text: String) throws -> String {
        try checked(text, TelemetryPath.mistake(in: text))
    }

    static func socketPath(_ text: String) throws -> String {
        try checked(text, SocketPath.mistake(in: text))
    }

    static func size(_ text: String) throws -> Int {
        guard let size = ByteSizeText.parse(text), size > 0 else {
            throw ValidationError("needs \(ByteSizeText.expectation)")
        }
        return size
    }

    /// What `read` makes of the text, or nowhere for `none` and the empty text.
    static func listener<Address>(
        _ text: String, _ read: (String) throws -> Address
    ) throws -> OptionalListener<Address> {
        text.isEmpty || text == "none" ? .nowhere : .at(try read(text))
    }

    private static func checked(_ text: String, _ mistake: String?) throws -> String {
        if let mistake { throw ValidationError(mistake) }
        return text
    }
}

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
