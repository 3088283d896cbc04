import CSystemd
import Glibc

/// The descriptors that the service manager passed to this process.
package enum SocketActivation {
    /// Takes all of them, in the order in which they were passed; a second call finds none.
    ///
    /// It removes `$LISTEN_PID`, `$LISTEN_FDS` and `$LISTEN_FDNAMES`, so that no child process mistakes them for
    /// its own. Changing the environment is not safe beside other threads that read it: call it first in `main`.
    package static func take() throws(SystemdError) -> [ActivatedDescriptor] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = unsafe sd_listen_fds_with_names(1, &names)
        guard count >= 0 else { throw .listenEnvironmentUnusable(errno: -count) }
        guard let list = unsafe names else { return [] }
        defer { unsafe free(list) }
        return (0..<count).map { index in
            let name = unsafe takeString(list[Int(index)])
            return ActivatedDescriptor(name: name, descriptor: SD_LISTEN_FDS_START + index)
        }
    }
}

private func takeString(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
    guard let pointer = unsafe pointer else { return "" }
    defer { unsafe free(pointer) }
    return unsafe String(cString: pointer)
}
