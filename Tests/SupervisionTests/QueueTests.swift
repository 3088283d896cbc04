import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct QueueTests {
    @Test(arguments: 0..<20)
    func behavesAsAnArray(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var (queue, array) = (Queue<Int>(), [Int]())
        for number in 0..<500 {
            if Bool.random(using: &generator) {
                queue.append(number)
                array.append(number)
            } else {
                #expect(queue.popFirst() == (array.isEmpty ? nil : array.removeFirst()))
            }
            #expect(queue.count == array.count)
            #expect(queue.isEmpty == array.isEmpty)
            #expect((0...array.count).map { queue[$0] } == array + [nil])
        }
    }

    @Test func takesOutWhatIsUnwanted() {
        var queue = Queue<Int>()
        for number in 0..<10 { queue.append(number) }
        for _ in 0..<3 { _ = queue.popFirst() }
        queue.removeAll { $0.isMultiple(of: 2) }
        queue.append(11)
        #expect((0...queue.count).map { queue[$0] } == [3, 5, 7, 9, 11, nil])
    }

    @Test func letsGoOfWhatWasTaken() {
        final class Object {}
        var queue = Queue<Object>()
        weak var first: Object?
        do {
            let object = Object()
            first = object
            queue.append(object)
            for _ in 0..<3 { queue.append(Object()) }
        }
        #expect(first != nil)
        _ = queue.popFirst()
        #expect(first == nil)
        #expect(queue.count == 3)
    }

    @Test func givesBackSpace() {
        var queue = Queue<Int>()
        for number in 0..<1000 {
            queue.append(number)
            if number > 0 { #expect(queue.popFirst() == number - 1) }
        }
        #expect(queue.elements.count <= 2)
    }
}
