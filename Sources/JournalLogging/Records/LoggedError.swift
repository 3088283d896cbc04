import Linux

/// What is logged of an error, found out before the record is written, as it runs code of the application.
struct LoggedError {
    let message: String
    let type: String
    /// What a system call left in `errno`, where the error tells.
    let errno: Int32?

    init(_ error: any Error) {
        message = "\(error)"
        type = String(reflecting: Swift.type(of: error))
        errno = Self.errno(of: error, type)
    }

    private static func errno(of error: any Error, _ type: String) -> Int32? {
        if let error = error as? LinuxError { return error.number }
        // Foundation's POSIXError, without a dependency on it.
        if error._domain == "NSPOSIXErrorDomain" { return Int32(exactly: error._code) }
        // System's and swift-system's.
        guard type == "System.Errno" || type == "SystemPackage.Errno" else { return nil }
        return (error as? any RawRepresentable)?.rawValue as? Int32
    }
}
