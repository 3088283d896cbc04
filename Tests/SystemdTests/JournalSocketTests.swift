import Glibc
import Testing

@testable import Systemd

@Suite(.timeLimit(.minutes(5)))
struct JournalSocketTests {
    private func entry(_ message: String) -> JournalEntry {
        var entry = JournalEntry()
        entry.append("MESSAGE", message)
        return entry
    }

    @Test func sendsAnEntryAsADatagram() {
        withTemporaryFolder { folder in
            let path = "\(folder)/socket"
            let journal = boundDatagramSocket(path: path)
            defer {
                close(journal)
                remove(path: path)
            }
            #expect(JournalSocket(path: path).send(entry("one")) == .sent)
            #expect(receiveText(journal) == "MESSAGE=one\n")
        }
    }

    @Test func saysThatNobodyIsThere() {
        withTemporaryFolder { folder in
            let path = "\(folder)/socket"
            let socket = JournalSocket(path: path)
            #expect(socket.send(entry("one")) == .absent(errno: ENOENT))
            close(boundDatagramSocket(path: path))
            defer { remove(path: path) }
            #expect(socket.send(entry("one")) == .absent(errno: ECONNREFUSED))
        }
    }

    @Test func saysThatThereIsNoRoomAndWaitsForIt() {
        withTemporaryFolder { folder in
            let path = "\(folder)/socket"
            let journal = boundDatagramSocket(path: path)
            defer {
                close(journal)
                remove(path: path)
            }
            let socket = JournalSocket(path: path)
            while socket.send(entry("more")) == .sent {}
            #expect(socket.send(entry("more")) == .full)
            #expect(!socket.waitForRoom(timeout: .milliseconds(1)))
            while !receiveText(journal).isEmpty {}
            #expect(socket.waitForRoom(timeout: .seconds(60)))
            #expect(socket.send(entry("more")) == .sent)
        }
    }

    @Test func sendsWhatNoDatagramHoldsAsSealedMemory() throws {
        let long = String(repeating: "x", count: 20 << 20)
        let (text, seals) = try withTemporaryFolder { folder in
            let path = "\(folder)/socket"
            let journal = boundDatagramSocket(path: path)
            defer {
                close(journal)
                remove(path: path)
            }
            #expect(JournalSocket(path: path).send(entry(long)) == .sent)
            let file = try #require(receiveDescriptor(journal))
            defer { close(file) }
            let size = Int(lseek(file, 0, SEEK_END))
            var bytes = [UInt8](repeating: 0, count: size)
            _ = unsafe pread(file, &bytes, size, 0)
            // F_GET_SEALS
            return (String(decoding: bytes, as: UTF8.self), fcntl(file, 1034))
        }
        // Compared outside the macro, which would look for the smallest difference of two long texts.
        let isWhole = text == "MESSAGE=\(long)\n"
        #expect(isWhole)
        #expect(seals == 15)
    }
}
