import CLinux
import Glibc

/// The file of a bound Unix socket, removed when the value ends unless another socket took its place.
package struct UnixSocketFile: ~Copyable, Sendable {
    /// As given to `init`.
    package let path: String
    private let device: UInt
    private let inode: UInt

    /// Binds `descriptor`, a Unix socket of `type`, at `path` with the permissions of `mode`.
    ///
    /// A socket file whose connections are refused is a leftover of a dead process and is replaced. A live socket
    /// or any other file is left alone and thrown as an error.
    init(
        binding descriptor: borrowing Descriptor, type: Int32, path: String, mode: UInt32
    ) throws(LinuxError) {
        let address = try UnixAddress(path)
        try Self.clear(path, address, type)
        // An unbound socket's mode becomes the file's, so that it is never wider than asked, not even for a moment.
        let raw = descriptor.rawValue
        _ = try check("fchmod", path) { fchmod(raw, mode & 0o777) }
        guard unsafe address.withPointer({ unsafe bind(raw, $0, $1) }) == 0 else {
            throw Self.bindError(errno, path)
        }
        // The umask took bits away from it.
        _ = try check("chmod", path) { unsafe chmod(path, mode & 0o777) }
        var status = stat()
        _ = try check("lstat", path) { unsafe lstat(path, &status) }
        self.path = path
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }

    deinit { remove() }

    /// Removes the file before the value ends; does nothing where it is gone or another socket took its place.
    borrowing func remove() {
        var status = stat()
        guard unsafe lstat(path, &status) == 0,
            UInt(status.st_dev) == device, UInt(status.st_ino) == inode
        else { return }
        unsafe _ = unlink(path)
    }

    private static func clear(_ path: String, _ address: UnixAddress, _ type: Int32) throws(LinuxError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & mode_t(0o170_000) == mode_t(0o140_000) else { throw .notASocket(path: path) }
        let probe = Descriptor(takingOwnership: try check("socket", path) { clinux_socket(AF_UNIX, type) })
        let result = unsafe address.withPointer { unsafe connect(probe.rawValue, $0, $1) }
        switch result == 0 ? 0 : errno {
        case ECONNREFUSED: break
        case ENOENT: return
        case EACCES, EPERM: throw .permissionDenied(path: path)
        default: throw .pathInUse(path: path)
        }
        guard unsafe unlink(path) != 0 else { return }
        let code = errno
        if code != ENOENT { throw bindError(code, path) }
    }

    static func bindError(_ code: Int32, _ path: String) -> LinuxError {
        switch code {
        case ENOENT, ENOTDIR: .directoryMissing(path: path)
        case EACCES, EPERM: .permissionDenied(path: path)
        case EROFS: .readOnlyFileSystem(path: path)
        case EADDRINUSE: .pathInUse(path: path)
        default: .call(operation: "bind", errno: code, context: path)
        }
    }
}

/// A `sockaddr_un` of a path in the file system.
struct UnixAddress {
    private var address = sockaddr_un()

    init(_ path: String) throws(LinuxError) {
        let bytes = Array(path.utf8)
        guard bytes.count <= 107 else { throw .pathTooLong(path: path, length: bytes.count) }
        guard !bytes.isEmpty, !bytes.contains(0) else {
            throw .call(operation: "bind", errno: EINVAL, context: "the path \"\(path)\"")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    }

    func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
