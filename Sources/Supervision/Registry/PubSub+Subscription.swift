extension PubSub {
    /// The messages of some topics, as they come.
    ///
    /// It ends by ``cancel()``, when a task that waits in its iteration is cancelled, and when its last reference goes:
    /// so in `for await delivery in pubSub.subscribe(to: "news")`, with the loop. What was not read then is dropped.
    ///
    /// Thread-safe. Several tasks may iterate; each message goes to one of them.
    public final class Subscription: AsyncSequence, Sendable {
        let owner: Registry<String, Inbox>.Owner
        private let inbox: Inbox

        init(owner: Registry<String, Inbox>.Owner, inbox: Inbox) {
            self.owner = owner
            self.inbox = inbox
        }

        /// Adds a topic; a subscription that has ended stays so.
        public func subscribe(to topic: String) {
            // An owner is refused only when it has ended, and only unique keys are.
            try? owner.register(topic, inbox)
        }

        /// Removes a topic, with all its subscriptions here; messages in the buffer stay.
        public func unsubscribe(from topic: String) { owner.unregister(topic) }

        /// Ends the subscription and the iteration over it.
        public func cancel() {
            owner.end()
            inbox.close()
        }

        /// Goes on where another iteration has stopped.
        public func makeAsyncIterator() -> Iterator { Iterator(subscription: self) }

        /// Takes messages out of the buffer.
        public struct Iterator: AsyncIteratorProtocol {
            let subscription: Subscription

            /// Waits for a message; nil when the subscription has ended or this task is cancelled.
            public mutating func next() async -> Delivery? { await subscription.next() }
        }

        private func next() async -> Delivery? {
            let delivery = await withTaskCancellationHandler {
                await inbox.next()
            } onCancel: {
                cancel()
            }
            switch delivery {
            case .letter(let letter as Sealed<Message>): return .message(letter.message)
            case .missed(let count): return .missed(count)
            // Nothing else is sent to this inbox.
            case .letter, nil: return nil
            }
        }
    }
}
