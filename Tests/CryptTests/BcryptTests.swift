import Testing

@testable import Crypt

@Suite(.timeLimit(.minutes(5)))
struct BcryptTests {
    /// From the test suite of crypt_blowfish, and one of Apache's htpasswd.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
    ])
    func knowsHashesOfOthers(password: String, hash: String) throws {
        let hash = try BcryptHash(hash)

        #expect(Bcrypt.check(Array(password.utf8), hash))
        #expect(!Bcrypt.check(Array((password + "x").utf8), hash))
    }

    @Test func aPasswordOfAnyBytesHasAHash() throws {
        let password = Array("pä:ß wörd\u{1F511}".utf8) + [0xff, 0x80]
        let hash = try #require(Bcrypt.hash(password, cost: 4))

        #expect(hash.cost == 4)
        #expect(hash.text.hasPrefix("$2b$04$"))
        #expect(Bcrypt.check(password, hash))
        #expect(!Bcrypt.check(password.dropLast(), hash))
        #expect(try #require(Bcrypt.hash(password, cost: 4)) != hash)
    }

    @Test func theThreeNamesOfItMeanTheSame() throws {
        // One that libcrypt makes another hash of by the name of 2a.
        let password: [UInt8] = [0xff, 0xff, 0xa3]
        let hash = try #require(Bcrypt.hash(password, cost: 4))

        for name in ["$2a$", "$2b$", "$2y$"] {
            #expect(Bcrypt.check(password, try BcryptHash(name + hash.text.dropFirst(4))))
        }
    }

    @Test func nothingBehindAZeroByteIsLeftOut() throws {
        let hash = try #require(Bcrypt.hash(Array("secret".utf8), cost: 4))

        #expect(!Bcrypt.check(Array("secret\0".utf8), hash))
        #expect(!Bcrypt.check(Array("secret\0x".utf8), hash))
        #expect(Bcrypt.hash([0], cost: 4) == nil)
        let empty = try #require(Bcrypt.hash([], cost: 4))
        #expect(Bcrypt.check([], empty))
        #expect(!Bcrypt.check([0], empty))
    }

    @Test func nobodyHasNoPassword() throws {
        let hash = try #require(BcryptHash.ofNobody(cost: 4))
        #expect(Bcrypt.costs.map { BcryptHash.ofNobody(cost: $0)?.cost } == Bcrypt.costs.map(Optional.some))

        for password in ["", ".", "nobody"] { #expect(!Bcrypt.check(Array(password.utf8), hash)) }
    }

    @Test(arguments: [
        ("", BcryptHash.Mistake.notBcrypt), ("password", .notBcrypt), ("$2x$10$", .notBcrypt),
        ("$1$abc$def", .notBcrypt), ("$2y$10$short", .malformed),
        ("$2y$1x$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG", .malformed),
        ("$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7z:", .malformed),
        ("$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zGG", .malformed),
        ("$2y$03$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG", .cost(3)),
        ("$2y$16$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG", .cost(16)),
        ("$2y$99$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG", .cost(99)),
    ])
    func refuses(text: String, mistake: BcryptHash.Mistake) {
        #expect(throws: mistake) { try BcryptHash(text) }
    }

    @Test func comparesWholeTexts() {
        #expect(ConstantTime.areEqual([1, 2], [1, 2]))
        #expect(!ConstantTime.areEqual([1, 2], [1, 3]))
        #expect(!ConstantTime.areEqual([1, 2], [0, 2]))
        #expect(!ConstantTime.areEqual([1, 2, 1], [1, 3, 1]))
        #expect(!ConstantTime.areEqual([1, 2], [2, 1]))
        #expect(!ConstantTime.areEqual([1, 2], [1]))
        #expect(ConstantTime.areEqual([], []))
    }
}
