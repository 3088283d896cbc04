import Crypt
import Linux
import Synchronization
import TestKit
import Testing
import WebConfigurationFile

@testable import WebAccess

/// What a check ends with, and how many.
private final class Ends: Sendable {
    private let results = Mutex<[CheckQueue.Result]>([])

    var all: [CheckQueue.Result] { results.withLock { $0 } }

    func add(_ result: CheckQueue.Result) { results.withLock { $0.append(result) } }
}

/// The costs of the checks that were made.
private final class Checked: Sendable {
    let costs = Mutex<[Int]>([])
}

@Suite(.timeLimit(.minutes(5)))
struct PasswordsTests {
    private static func user(
        _ name: String, _ password: String, cost: Int = 4
    ) throws -> BasicAuthUser {
        BasicAuthUser(name: name, hash: try #require(Bcrypt.hash(Array(password.utf8), cost: cost)))
    }

    private static func passwords(_ users: [BasicAuthUser], _ queue: CheckQueue) throws -> Passwords {
        Passwords(users, queue: queue, remembering: try #require(RightPasswords()))
    }

    /// The result of a check that is made at once, and whether it is known from then on.
    private static func check(
        _ user: String, _ password: String, _ passwords: Passwords, _ queue: CheckQueue
    ) -> (result: CheckQueue.Result?, isKnown: Bool) {
        let ends = Ends()
        let (user, password) = (Array(user.utf8), Array(password.utf8))
        #expect(passwords.check(user: user, password: password, from: "a") { ends.add($0) })
        #expect(queue.makeOne())
        return (ends.all.first, passwords.isKnown(user: user, password: password))
    }

    @Test func knowsWhoIsRight() throws {
        let queue = try CheckQueue()
        let users = try [Self.user("ada", "lovelace"), Self.user("", "nobody"), Self.user("zoë", "p:ä:ß")]
        let passwords = try Self.passwords(users, queue)

        for (user, password) in [("ada", "lovelace"), ("", "nobody"), ("zoë", "p:ä:ß")] {
            #expect(!passwords.isKnown(user: Array(user.utf8), password: Array(password.utf8)))
            let answer = Self.check(user, password, passwords, queue)
            #expect(answer.result == .right && answer.isKnown, "\(user)")
        }
        for (user, password) in [
            ("ada", "Lovelace"), ("ada", ""), ("", ""), ("bob", "lovelace"), ("bob", ""), ("adal", "ovelace"),
            ("ad", "alovelace"), ("zoe\u{308}", "p:ä:ß"),
        ] {
            let answer = Self.check(user, password, passwords, queue)
            #expect(answer.result == .wrong && !answer.isKnown, "\(user)")
        }
    }

    /// Else the time of a wrong password would tell the names of users from others.
    @Test func everyCheckTakesWhatTheHighestCostTakes() throws {
        let users = try [4, 5, 7].map { try Self.user("user\($0)", "x", cost: $0) }
        let passwords = try Self.passwords(users, CheckQueue())

        for name in ["user4", "user5", "user7", "nobody", ""] {
            let work = passwords.hashes(of: Array(name.utf8)).map { 1 << $0.cost }
            #expect(work.reduce(0, +) == 1 << 7, "\(name)")
        }
        #expect(passwords.hashes(of: Array("user5".utf8)).first == users[1].hash)
    }

    @Test func aCheckAgainstAnOldHashIsNotJoined() throws {
        let queue = try CheckQueue()
        let remembered = try #require(RightPasswords())
        let ends = Ends()
        for password in ["old", "new"] {
            let users = [try Self.user("ada", password)]
            let passwords = Passwords(users, queue: queue, remembering: remembered)
            #expect(
                passwords.check(user: Array("ada".utf8), password: Array("old".utf8), from: "a") {
                    ends.add($0)
                })
        }
        while queue.makeOne() {}

        #expect(ends.all == [.right, .wrong])
    }

    /// What CVE-2022-46146 is about: `a` with `bc` was right, and so was `ab` with `c` then.
    @Test func whatIsRememberedIsOfOneUserOnly() throws {
        let queue = try CheckQueue()
        let users = try [Self.user("a", "bc"), Self.user("ab", "x")]
        let passwords = try Self.passwords(users, queue)

        #expect(Self.check("a", "bc", passwords, queue).result == .right)
        #expect(Self.check("ab", "c", passwords, queue).result == .wrong)
        let digester = try #require(PasswordDigester())
        #expect(
            digester.digest(user: [1], password: [2, 3]) != digester.digest(user: [1, 2], password: [3]))
        #expect(digester.digest(user: [], password: [1]) != digester.digest(user: [1], password: []))
        #expect(digester.digest(user: [1], password: [2]) == digester.digest(user: [1], password: [2]))
        #expect(
            digester.digest(user: [1], password: [2])
                != PasswordDigester()?.digest(user: [1], password: [2]))
    }

    @Test func theSameCheckIsMadeOnce() throws {
        let queue = try CheckQueue()
        let ends = Ends()
        let made = Mutex(0)
        for _ in 0..<100 {
            let isAdded = queue.add(
                [1], from: "a",
                isRight: {
                    made.withLock { $0 += 1 }
                    return true
                }, then: ends.add)
            #expect(isAdded)
        }

        #expect(queue.makeOne())
        #expect(!queue.makeOne())
        #expect(made.withLock { $0 } == 1)
        #expect(ends.all == Array(repeating: .right, count: 100))
    }

    @Test func whoComesWhileItIsMadeJoinsIt() throws {
        let queue = try CheckQueue()
        let ends = Ends()
        let isAdded = queue.add(
            [1], from: "a",
            isRight: { queue.add([1], from: "a", isRight: { false }, then: ends.add) }, then: ends.add)

        #expect(isAdded)
        #expect(queue.makeOne())
        #expect(ends.all == [.right, .right])
        #expect(!queue.makeOne())
    }

    @Test func fewChecksWait() throws {
        let queue = try CheckQueue()
        let ends = Ends()
        func add(_ number: UInt8, _ client: String) -> Bool {
            queue.add([number], from: client, isRight: { true }, then: ends.add)
        }

        #expect((0..<8).allSatisfy { add($0, "a") })
        #expect(!add(8, "a"))
        #expect((8..<32).allSatisfy { add($0, "\($0 / 8)") })
        #expect(!add(32, "z"))
        #expect(add(0, "z"))
        queue.drop()

        #expect(ends.all == Array(repeating: .dropped, count: 33))
        #expect(add(0, "a"))
        queue.close()
        #expect(!add(1, "a"))
        #expect(ends.all.count == 34)
    }

    /// Whatever the name: a check that is left out, or one that is quicker, would tell which names there are.
    @Test func aNameThatNobodyHasCostsAsMuchAsTheDearest() throws {
        let queue = try CheckQueue()
        let users = try [4, 6, 5].map { cost in
            let hash = try #require(Bcrypt.hash(Array("x".utf8), cost: cost))
            return BasicAuthUser(name: "cost\(cost)", hash: hash)
        }
        let checked = Checked()
        let passwords = Passwords(users, queue: queue, remembering: try #require(RightPasswords())) {
            _, hash in
            checked.costs.withLock { $0.append(hash.cost) }
            // What a right password is for a user is none for nobody.
            return true
        }

        #expect(Self.check("nobody", "x", passwords, queue).result == .wrong)
        #expect(Self.check("cost4", "x", passwords, queue).result == .right)
        #expect(Self.check("", "x", passwords, queue).result == .wrong)
        #expect(checked.costs.withLock { $0 } == [6, 4, 4, 5, 6])
    }

    @Test func onlyTheLastOnesAreRemembered() throws {
        let hash = try #require(BcryptHash.ofNobody(cost: 4))
        var succeeded = SucceededChecks(limit: 3)
        for number in 0..<5 as Range<UInt8> {
            succeeded.insert([number], for: hash)
            succeeded.insert([number], for: hash)
        }

        #expect(succeeded.count == 3)
        #expect((0..<5).filter { succeeded.contains([$0], for: hash) } == [2, 3, 4])
    }

    @Test func theThreadMakesThemAndEnds() throws {
        let ends = Ends()
        do {
            let thread = try PasswordThread()
            for number in 0..<4 as Range<UInt8> {
                _ = thread.queue.add([number], from: "a", isRight: { number == 2 }, then: ends.add)
            }
            spin { ends.all.count == 4 }
        }
        #expect(ends.all.filter { $0 == .right }.count == 1)
    }

    @Test func theThreadAnswersPingsBetweenTwoChecksOnly() throws {
        let isMade = Atomic(false)
        let mayEnd = Atomic(false)
        let thread = try PasswordThread()
        let loop: any AnsweringLoop = thread.queue
        for _ in 0..<3 {
            let before = loop.answers
            loop.ping()
            spin { loop.answers > before }
        }
        let isAdded = thread.queue.add(
            [1], from: "a",
            isRight: {
                isMade.store(true, ordering: .releasing)
                spin { mayEnd.load(ordering: .acquiring) }
                return true
            }, then: { _ in })
        #expect(isAdded)
        spin { isMade.load(ordering: .acquiring) }

        let during = loop.answers
        loop.ping()
        #expect(loop.answers == during)
        mayEnd.store(true, ordering: .releasing)
        spin { loop.answers > during }
    }
}
