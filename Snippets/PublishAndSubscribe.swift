// Messages to whoever subscribed: a subscriber that is slow misses the oldest ones, and is told how many.

import Supervision

let prices = PubSub<Int>()
let subscription = prices.subscribe(to: "tea", bufferSize: 2)
for price in 1...5 { prices.broadcast(price, to: "tea") }

for await delivery in subscription {
    switch delivery {
    case .message(let price): print("price", price)
    case .missed(let count): print("missed", count)
    }
    if delivery == .message(5) { break }
}
