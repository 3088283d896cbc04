import CLinux
import Glibc

/// The terminal that somebody types at, or reads.
package enum Terminal {
    /// Whether standard input is one.
    package static var isInput: Bool { isatty(STDIN_FILENO) == 1 }

    /// Whether standard output is one.
    package static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether standard error is one.
    package static var isError: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether nobody asked for text without colours; see https://no-color.org.
    package static var mayHaveColours: Bool {
        guard let value = unsafe getenv("NO_COLOR") else { return true }
        return unsafe value.pointee == 0
    }

    /// A line that is typed and not shown, without its end; nil where it was broken off by Ctrl-C or Ctrl-D.
    package static func readHiddenLine() -> [UInt8]? {
        var shown = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
        var hidden = shown
        // Without signals, as Ctrl-C would leave the terminal as it is now.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer { unsafe _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
        var line: [UInt8] = []
        while let byte = nextByte() {
            switch byte {
            case 0x0a, 0x0d: return line
            case 0x03, 0x04: return nil
            case 0x08, 0x7f: removeLastCharacter(of: &line)
            case 0x15: line = []
            default: line.append(byte)
            }
        }
        return nil
    }

    private static func nextByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = unsafe read(STDIN_FILENO, &byte, 1)
            if count == 1 { return byte }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    /// Of UTF-8, whose further bytes begin with the bits 10.
    private static func removeLastCharacter(of line: inout [UInt8]) {
        while let byte = line.popLast(), byte & 0xc0 == 0x80 {}
    }
}
