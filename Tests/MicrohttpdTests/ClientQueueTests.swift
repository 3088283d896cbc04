import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct ClientQueueTests {
    @Test func theOldestOfAClientIsTheFirstThatCame() {
        var queue = ClientQueue()
        queue.append(7, of: "a")
        queue.append(3, of: "a")
        queue.append(5, of: "b")

        #expect(queue.oldest(of: "a") == 7)
        #expect(queue.oldest(of: "b") == 5)
        #expect(queue.oldest(of: "c") == nil)
        // One that comes again is the youngest.
        queue.append(7, of: "a")
        #expect(queue.oldest(of: "a") == 3)
    }

    @Test func withoutAClientItIsThatOfTheOneThatHasMost() {
        var queue = ClientQueue()
        #expect(queue.oldest(of: nil) == nil)
        queue.append(1, of: "a")
        queue.append(2, of: "b")
        queue.append(3, of: "b")
        #expect(queue.oldest(of: nil) == 2)

        queue.remove(3)
        queue.remove(3)

        #expect(queue.oldest(of: nil) == 1)
        #expect(queue.count == 2)
    }

    @Test func itAgreesWithASearchWhateverComesAndGoes() {
        var queue = ClientQueue()
        var all: [(descriptor: Int32, client: String)] = []
        var generator = SeededGenerator(seed: 0xE51C)
        for descriptor in 0..<5000 as Range<Int32> {
            if Bool.random(using: &generator), !all.isEmpty {
                queue.remove(all.remove(at: Int.random(in: 0..<all.count, using: &generator)).descriptor)
            } else {
                let client = "\(Int.random(in: 0..<8, using: &generator))"
                all.append((descriptor, client))
                queue.append(descriptor, of: client)
            }
            let sizes = Dictionary(grouping: all, by: \.client).mapValues(\.count)
            #expect(queue.count == all.count)
            for (client, size) in sizes {
                #expect(queue.count(of: client) == size)
                #expect(queue.oldest(of: client) == all.first { $0.client == client }?.descriptor)
            }
            let chosen = all.first { $0.descriptor == queue.oldest(of: nil) }
            #expect(chosen.flatMap { sizes[$0.client] } == sizes.values.max())
        }
    }
}
