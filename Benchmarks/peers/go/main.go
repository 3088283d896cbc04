// Measures client_golang on the benchmarks that Heliograph reports, one JSON line each.
//
// Build without network against the distribution's packages:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o peers-go main.go
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

const (
	repetitions = 5
	repetition  = 200 * time.Millisecond
)

type result struct {
	Bench string  `json:"bench"`
	Impl  string  `json:"impl"`
	Ns    float64 `json:"ns"`
}

// A benchmark runs its operation count times; its set-up happens before it is made.
type benchmark func(count int)

func main() {
	out := json.NewEncoder(os.Stdout)
	for _, entry := range []struct {
		name string
		make func() benchmark
	}{
		{"counter/handle", counterHandle},
		{"emit/mixed", emitMixed},
		{"render/10k", render10k},
	} {
		if err := out.Encode(result{entry.name, "client_golang", measure(entry.make())}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// The median of the repetitions in nanoseconds per operation, to a tenth; finding the count is the warm-up.
func measure(run benchmark) float64 {
	count := calibrate(run)
	samples := make([]float64, repetitions)
	for i := range samples {
		samples[i] = float64(timed(run, count).Nanoseconds()) / float64(count)
	}
	sort.Float64s(samples)
	return math.Round(samples[repetitions/2]*10) / 10
}

// Doubles the count until one run fills a repetition.
func calibrate(run benchmark) int {
	for count := 1; ; count *= 2 {
		if timed(run, count) >= repetition {
			return count
		}
	}
}

func timed(run benchmark, count int) time.Duration {
	start := time.Now()
	run(count)
	return time.Since(start)
}

func counterHandle() benchmark {
	vector := prometheus.NewCounterVec(
		prometheus.CounterOpts{Name: "requests_total", Help: "Requests."}, []string{"method", "route"})
	prometheus.NewRegistry().MustRegister(vector)
	handle := vector.WithLabelValues("GET", "/users")
	return func(count int) {
		for i := 0; i < count; i++ {
			handle.Inc()
		}
	}
}

func emitMixed() benchmark {
	labels := []string{"method", "route"}
	counter := prometheus.NewCounterVec(
		prometheus.CounterOpts{Name: "requests_total", Help: "Requests."}, labels)
	histogram := prometheus.NewHistogramVec(
		prometheus.HistogramOpts{
			Name: "duration_seconds", Help: "Time to answer.", Buckets: prometheus.DefBuckets,
		}, labels)
	gauge := prometheus.NewGaugeVec(
		prometheus.GaugeOpts{Name: "last_duration_seconds", Help: "The last time to answer."}, labels)
	summary := prometheus.NewSummaryVec(
		prometheus.SummaryOpts{
			Name: "latency_seconds", Help: "Time to answer as quantiles.",
			Objectives: map[float64]float64{0.5: 0.05, 0.9: 0.01, 0.99: 0.001},
		}, labels)
	prometheus.NewRegistry().MustRegister(counter, histogram, gauge, summary)
	return func(count int) {
		for i := 0; i < count; i++ {
			value := float64(i&1023) / 1000
			counter.WithLabelValues("GET", "/users").Inc()
			histogram.WithLabelValues("GET", "/users").Observe(value)
			gauge.WithLabelValues("GET", "/users").Set(value)
			summary.WithLabelValues("GET", "/users").Observe(value)
		}
	}
}

// Counts the bytes and throws them away, as a socket with an eager reader would.
type discard struct{ bytes int }

func (d *discard) Write(p []byte) (int, error) {
	d.bytes += len(p)
	return len(p), nil
}

func render10k() benchmark {
	vector := prometheus.NewCounterVec(
		prometheus.CounterOpts{Name: "requests_total", Help: "Requests."},
		[]string{"method", "route", "status"})
	registry := prometheus.NewRegistry()
	registry.MustRegister(vector)
	for i := 0; i < 10_000; i++ {
		vector.WithLabelValues("GET", fmt.Sprintf("/api/v1/resources/%04d", i), "200").Add(float64(i))
	}
	return func(count int) {
		for i := 0; i < count; i++ {
			render(registry)
		}
	}
}

func render(registry *prometheus.Registry) {
	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	sink := &discard{}
	encoder := expfmt.NewEncoder(sink, expfmt.FmtText)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			panic(err)
		}
	}
	if sink.bytes == 0 {
		panic("rendered nothing")
	}
}
