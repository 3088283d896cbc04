import Heliograph

let visited = Event<Int>("consumer.visited")
let exporter = try Exporter(MetricSet { Counter("visits_total", "Visits.", of: visited) })
visited.emit(1)
print(String(decoding: exporter.render().bytes, as: UTF8.self).contains("\nvisits_total 1\n"))
