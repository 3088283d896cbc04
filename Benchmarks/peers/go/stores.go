// What many series cost: to make, to keep and to render.

package main

import (
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

func registerNew(count int, duration time.Duration) float64 {
	sets := make([]triple, count)
	for i := range sets {
		sets[i] = labels(i)
	}
	var spent time.Duration
	families := 0
	for start := time.Now(); families == 0 || time.Since(start) < duration; families++ {
		family := counters(responseLabels)
		began := time.Now()
		for i := range sets {
			family.WithLabelValues(sets[i][0], sets[i][1], sets[i][2]).Inc()
		}
		spent += time.Since(began)
	}
	return float64(spent) / float64(families*count)
}

// The bytes for each of count series that fill makes, without what the collector could free.
func residentPerSeries(count int, family any, fill func(number int, set triple)) float64 {
	debug.FreeOSMemory()
	before := residentBytes()
	for i := 0; i < count; i++ {
		fill(i, labels(i))
	}
	debug.FreeOSMemory()
	after := residentBytes()
	runtime.KeepAlive(family)
	return (after - before) / float64(count)
}

func memoryCounter() float64 {
	family := counters(responseLabels)
	return residentPerSeries(1_000_000, family, func(_ int, set triple) {
		family.WithLabelValues(set[0], set[1], set[2]).Inc()
	})
}

func memoryHistogram() float64 {
	family := histograms(responseLabels)
	values := bucketValues()
	return residentPerSeries(100_000, family, func(number int, set triple) {
		histogram := family.WithLabelValues(set[0], set[1], set[2])
		for offset := 0; offset < 20; offset++ {
			histogram.Observe(values[(number+offset)&65535])
		}
	})
}

// Every observation goes into all slices at once, so that all are full without waiting.
func memorySummary() float64 {
	family := summaries(responseLabels)
	values := logNormalValues()
	return residentPerSeries(100, family, func(number int, set triple) {
		summary := family.WithLabelValues(set[0], set[1], set[2])
		for sample := 0; sample < 100_000; sample++ {
			summary.Observe(values[(number*61+sample)&65535])
		}
	})
}

// Counts the bytes and throws them away, as a socket with an eager reader would.
type discard struct{ bytes int }

func (d *discard) Write(p []byte) (int, error) {
	d.bytes += len(p)
	return len(p), nil
}

func renderCounters(count int) func(mode) loops {
	return func(m mode) loops {
		registry := prometheus.NewRegistry()
		family := prometheus.NewCounterVec(
			prometheus.CounterOpts{Name: "requests_total", Help: "Requests."}, responseLabels)
		registry.MustRegister(family)
		for i := 0; i < count; i++ {
			set := labels(i)
			family.WithLabelValues(set[0], set[1], set[2]).Add(float64(i))
		}
		return renders(m, registry, expfmt.FmtText)
	}
}

// A distribution, each series of which has twenty values.
func renderDistribution(
	count int, make func(set triple) prometheus.Observer, collector prometheus.Collector, format expfmt.Format,
) func(mode) loops {
	return func(m mode) loops {
		registry := prometheus.NewRegistry()
		registry.MustRegister(collector)
		values := bucketValues()
		for i := 0; i < count; i++ {
			observer := make(labels(i))
			for offset := 0; offset < 20; offset++ {
				observer.Observe(values[(i+offset)&65535])
			}
		}
		return renders(m, registry, format)
	}
}

func renderHistograms() func(mode) loops {
	family := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "sample", Help: "A sample.", Buckets: append(append([]float64{}, boundaries...), 20)}, responseLabels)
	return renderDistribution(10_000, func(set triple) prometheus.Observer {
		return family.WithLabelValues(set[0], set[1], set[2])
	}, family, expfmt.FmtText)
}

func renderSummaries() func(mode) loops {
	family := prometheus.NewSummaryVec(
		prometheus.SummaryOpts{Name: "sample", Help: "A sample.", Objectives: objectives}, responseLabels)
	return renderDistribution(1000, func(set triple) prometheus.Observer {
		return family.WithLabelValues(set[0], set[1], set[2])
	}, family, expfmt.FmtText)
}

func renderNative() func(mode) loops {
	family := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "sample", Help: "A sample.", NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160,
	}, responseLabels)
	return renderDistribution(10_000, func(set triple) prometheus.Observer {
		return family.WithLabelValues(set[0], set[1], set[2])
	}, family, expfmt.FmtProtoDelim)
}

func renders(m mode, registry *prometheus.Registry, format expfmt.Format) loops {
	return threaded(m, func(int) variants {
		return variants{
			plain: func(first, end int) {
				for i := first; i < end; i++ {
					render(registry, format)
				}
			},
		}
	})
}

func render(registry *prometheus.Registry, format expfmt.Format) {
	families, err := registry.Gather()
	if err != nil {
		panic(err)
	}
	out := &discard{}
	encoder := expfmt.NewEncoder(out, format)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			panic(err)
		}
	}
	if out.bytes == 0 {
		panic("rendered nothing")
	}
}
