import Synchronization
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct PubSubTests {
    private typealias Delivery = PubSub<Int>.Delivery

    private let pubSub = PubSub<Int>()

    private func take(_ count: Int, of subscription: PubSub<Int>.Subscription) async -> [Delivery] {
        var taken: [Delivery] = []
        for await delivery in subscription {
            taken.append(delivery)
            if taken.count == count { break }
        }
        return taken
    }

    @Test func deliversInOrderToAllOfATopic() async {
        let first = pubSub.subscribe(to: "a")
        let second = pubSub.subscribe(to: "a", "b")
        #expect(pubSub.broadcast(1, to: "a") == 2)
        #expect(pubSub.broadcast(2, to: "b") == 1)
        #expect(pubSub.broadcast(3, to: "a") == 2)
        #expect(pubSub.broadcast(4, to: "c") == 0)
        #expect(await take(2, of: first) == [.message(1), .message(3)])
        #expect(await take(3, of: second) == [.message(1), .message(2), .message(3)])
    }

    @Test func theSenderIsLeftOut() async {
        let (sender, other) = (pubSub.subscribe(to: "a"), pubSub.subscribe(to: "a"))
        #expect(pubSub.broadcast(1, to: "a", from: sender) == 1)
        pubSub.broadcast(2, to: "a")
        #expect(await take(1, of: sender) == [.message(2)])
        #expect(await take(2, of: other) == [.message(1), .message(2)])
    }

    @Test func aSlowSubscriberKeepsTheNewestAndIsToldWhatItMissed() async {
        let subscription = pubSub.subscribe(to: "a", bufferSize: 2)
        for message in 1...5 { pubSub.broadcast(message, to: "a") }
        #expect(pubSub.droppedMessages == 3)
        #expect(await take(3, of: subscription) == [.missed(3), .message(4), .message(5)])
        for message in 6...8 { pubSub.broadcast(message, to: "a") }
        #expect(await take(3, of: subscription) == [.missed(1), .message(7), .message(8)])
        pubSub.broadcast(9, to: "a")
        #expect(await take(1, of: subscription) == [.message(9)])
        #expect(pubSub.droppedMessages == 4)
    }

    @Test(arguments: [0, -1, Int.min])
    func aBufferHasRoomForOneAtLeast(size: Int) async {
        let subscription = pubSub.subscribe(to: "a", bufferSize: size)
        pubSub.broadcast(1, to: "a")
        #expect(await take(1, of: subscription) == [.message(1)])
    }

    @Test func topicsComeAndGo() async {
        let subscription = pubSub.subscribe(to: "a")
        subscription.subscribe(to: "b")
        subscription.unsubscribe(from: "a")
        #expect(pubSub.subscriberCount(of: "a") == 0)
        pubSub.broadcast(1, to: "a")
        pubSub.broadcast(2, to: "b")
        #expect(await take(1, of: subscription) == [.message(2)])
    }

    @Test func cancellingEndsTheIterationAndTheSubscription() async {
        let subscription = pubSub.subscribe(to: "a")
        pubSub.broadcast(1, to: "a")
        subscription.cancel()
        #expect(pubSub.subscriberCount(of: "a") == 0)
        #expect(await take(1, of: subscription).isEmpty)
        subscription.subscribe(to: "a")
        #expect(pubSub.subscriberCount(of: "a") == 0)
    }

    @Test func theEndOfTheLoopEndsTheSubscription() async {
        let reader = Task { [pubSub] in
            for await delivery in pubSub.subscribe(to: "a") { return delivery }
            return .missed(0)
        }
        while pubSub.broadcast(1, to: "a") == 0 { await Task.yield() }
        #expect(await reader.value == .message(1))
        #expect(pubSub.subscriberCount(of: "a") == 0)
    }

    @Test func cancellingTheTaskEndsTheSubscription() async {
        let subscription = pubSub.subscribe(to: "a")
        let reader = Task { await take(1, of: subscription) }
        reader.cancel()
        #expect(await reader.value.isEmpty)
        #expect(pubSub.subscriberCount(of: "a") == 0)
    }

    @Test func cancellingEndsEveryWaitingReader() async {
        let subscription = pubSub.subscribe(to: "a")
        async let first = take(1, of: subscription)
        async let second = take(1, of: subscription)
        for _ in 0..<100 { await Task.yield() }
        subscription.cancel()
        #expect(await first.isEmpty)
        #expect(await second.isEmpty)
    }

    @Test func everyMessageIsReceivedOrMissed() async {
        let (senders, perSender) = (4, 2000)
        let subscriptions = (0..<10).map { pubSub.subscribe(to: "a", bufferSize: 1 + 16 * $0) }
        let readers = subscriptions.map { subscription in
            Task {
                var (received, missed) = (0, 0)
                for await delivery in subscription {
                    switch delivery {
                    case .message: received += 1
                    case .missed(let count): missed += count
                    }
                    if received + missed == senders * perSender { break }
                }
                return missed
            }
        }
        await withTaskGroup { group in
            for sender in 0..<senders {
                group.addTask {
                    for message in 0..<perSender { pubSub.broadcast(sender * perSender + message, to: "a") }
                }
            }
        }
        var missed = 0
        for reader in readers { missed += await reader.value }
        #expect(pubSub.droppedMessages == missed)
    }

    @Test func subscribersThatComeAndGoGetNothingAfterTheirEnd() async {
        let isOver = Atomic(false)
        let sender = Task { [pubSub] in
            while !isOver.load(ordering: .relaxed) {
                pubSub.broadcast(1, to: "a")
                await Task.yield()
            }
        }
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<200 {
                        let subscription = pubSub.subscribe(to: "a", bufferSize: 4)
                        #expect(await take(1, of: subscription).count == 1)
                        subscription.cancel()
                        #expect(await take(1, of: subscription).isEmpty)
                    }
                }
            }
        }
        isOver.store(true, ordering: .relaxed)
        await sender.value
        #expect(pubSub.subscriberCount(of: "a") == 0)
    }
}
