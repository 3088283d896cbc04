import Crypt
import Linux

/// `heliograph hash-password`.
struct HashPasswordCommand {
    private static let costFlag = Flag(
        name: "cost", placeholder: "number",
        help:
            "From \(Bcrypt.costs.lowerBound) to \(Bcrypt.costs.upperBound); each one more takes twice the time. (default: 10)"
    )

    static let command = Command(
        name: "hash-password",
        abstract: "Print the bcrypt hash of a password, for basic_auth_users.",
        discussion: """
            The password is a line on standard input; a terminal does not show it, and asks
            twice. Exit codes: 64 wrong usage, 65 no password.
            """,
        flags: [costFlag],
        run: { invocation in
            let command = HashPasswordCommand(cost: try cost(invocation.text(costFlag)))
            try StandardOutput.write("\(command.hash(of: try command.password()))\n")
        })

    let cost: Int

    private static func cost(_ text: String?) throws(UsageErrors) -> Int {
        guard let text else { return 10 }
        guard let cost = Int(text), Bcrypt.costs.contains(cost) else {
            throw UsageErrors(
                "--cost=\(text): needs a number from \(Bcrypt.costs.lowerBound) to \(Bcrypt.costs.upperBound)"
            )
        }
        return cost
    }

    /// More than this of a password does not count.
    private static let counted = 72

    /// The hash of a password that bcrypt takes.
    func hash(of password: [UInt8]) throws(ExitStatus) -> String {
        guard !password.isEmpty else { throw refused("the password is empty") }
        guard !password.contains(0) else { throw refused("a password can't hold a zero byte") }
        if password.count > Self.counted {
            complain("heliograph: bcrypt takes the first \(Self.counted) bytes of the password only")
        }
        guard let hash = Bcrypt.hash(password, cost: cost) else {
            complain("heliograph: the system gives no random bytes, or no memory")
            throw .unavailable
        }
        return hash.text
    }

    private func password() throws -> [UInt8] {
        guard Terminal.isInput else {
            let input = try WholeFile.read(nil, limit: 1 << 16)
            var line = input.prefix { $0 != 0x0a }
            if line.last == 0x0d { line.removeLast() }
            return Array(line)
        }
        let first = try typed("Password: ")
        guard try typed("Again: ") == first else { throw refused("these are two passwords") }
        return first
    }

    private func typed(_ prompt: String) throws -> [UInt8] {
        // The hash alone goes to standard output.
        complain(prompt)
        guard let line = Terminal.readHiddenLine() else { throw refused("no password was typed") }
        return line
    }

    private func refused(_ reason: String) -> ExitStatus {
        complain("heliograph: \(reason)")
        return .badData
    }
}
