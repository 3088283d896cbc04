// Measures client_golang; takes the same commands as Sources/Measure.
//
// Build without network against the distribution's packages:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o client_golang .
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"time"
)

type bench struct {
	name, unit string
	measure    func(time.Duration) float64
}

func main() {
	arguments := os.Args[1:]
	switch {
	case len(arguments) == 1 && arguments[0] == "list":
		for _, bench := range benches() {
			fmt.Println("client_golang", bench.name)
		}
	case len(arguments) == 3 && arguments[0] == "serve":
		serve(arguments[1], arguments[2])
	case len(arguments) == 4 && arguments[0] == "run":
		milliseconds, err := strconv.Atoi(arguments[3])
		if err != nil {
			fail(err.Error())
		}
		run(arguments[2], time.Duration(milliseconds)*time.Millisecond)
	default:
		fail("Usage: client_golang list | run client_golang BENCH MILLISECONDS")
	}
}

func run(name string, duration time.Duration) {
	for _, bench := range benches() {
		if bench.name == name {
			value := math.Round(bench.measure(duration)*1000) / 1000
			fmt.Printf("{\"bench\":%q,\"impl\":\"client_golang\",%q:%v}\n", name, bench.unit, strconv.FormatFloat(value, 'f', -1, 64))
			return
		}
	}
	fail("There is no bench " + name)
}

func fail(reason string) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(1)
}

func benches() []bench {
	var all []bench
	add := func(name string, modes []mode, make func(mode) loops) {
		for _, m := range modes {
			m := m
			measure := func(duration time.Duration) float64 { return nanoseconds(make(m), duration) }
			all = append(all, bench{name + "/" + m.suffix(), "ns", measure})
		}
	}
	add("counter/handle", every, counterHandle)
	add("gauge/handle", every, gaugeHandle)
	add("histogram/handle", every, histogramHandle)
	add("histogram_exemplars/handle", []mode{one, two}, histogramExemplarHandle)
	add("histogram_native/handle", every, histogramNativeHandle)
	add("summary/handle", every, summaryHandle)
	add("counter/lookup3", every, counterLookup)
	add("emit/mixed", []mode{one, two}, emitMixed)
	for _, size := range []struct {
		name  string
		count int
	}{{"1k", 1000}, {"10k", 10_000}, {"100k", 100_000}, {"1m", 1_000_000}} {
		add("render/"+size.name, []mode{one}, renderCounters(size.count))
	}
	add("render/histogram10k", []mode{one}, renderHistograms())
	add("render/summary1k", []mode{one}, renderSummaries())
	add("render/native10k", []mode{one}, renderNative())
	for _, size := range []struct {
		name  string
		count int
	}{{"10", 10}, {"100k", 100_000}, {"1M", 1_000_000}} {
		count := size.count
		measure := func(duration time.Duration) float64 { return registerNew(count, duration) }
		all = append(all, bench{"register/new/" + size.name, "ns", measure})
	}
	return append(all,
		bench{"memory/counter", "bytes", func(time.Duration) float64 { return memoryCounter() }},
		bench{"memory/histogram", "bytes", func(time.Duration) float64 { return memoryHistogram() }},
		bench{"memory/summary", "bytes", func(time.Duration) float64 { return memorySummary() }})
}
