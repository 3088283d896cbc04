// The metrics that are measured, made as client_golang's documentation recommends.

package main

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

var responseLabels = []string{"method", "route", "code"}

var objectives = map[float64]float64{0.5: 0.05, 0.9: 0.01, 0.99: 0.001}

func registered[C prometheus.Collector](collector C) C {
	prometheus.NewRegistry().MustRegister(collector)
	return collector
}

func counters(labels []string) *prometheus.CounterVec {
	return registered(prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sample_total", Help: "A sample."}, labels))
}

func histograms(labels []string) *prometheus.HistogramVec {
	return registered(prometheus.NewHistogramVec(
		prometheus.HistogramOpts{Name: "sample", Help: "A sample.", Buckets: boundaries}, labels))
}

func summaries(labels []string) *prometheus.SummaryVec {
	return registered(prometheus.NewSummaryVec(
		prometheus.SummaryOpts{Name: "sample", Help: "A sample.", Objectives: objectives}, labels))
}

func counterHandle(m mode) loops {
	family := counters([]string{"shard"})
	return threaded(m, func(series int) variants {
		counter := family.WithLabelValues(strconv.Itoa(series))
		return variants{
			plain: func(first, end int) {
				for i := first; i < end; i++ {
					counter.Inc()
				}
			},
			work: func(first, end int) {
				state := uint64(1)
				for i := first; i < end; i++ {
					counter.Inc()
					state = worked(state)
				}
				sink = state
			},
		}
	})
}

func gaugeHandle(m mode) loops {
	family := registered(prometheus.NewGaugeVec(
		prometheus.GaugeOpts{Name: "sample", Help: "A sample."}, []string{"shard"}))
	values := bucketValues()
	return threaded(m, func(series int) variants {
		gauge := family.WithLabelValues(strconv.Itoa(series))
		return variants{
			plain: func(first, end int) {
				for i := first; i < end; i++ {
					gauge.Set(values[i&65535])
				}
			},
			work: func(first, end int) {
				state := uint64(1)
				for i := first; i < end; i++ {
					gauge.Set(values[i&65535])
					state = worked(state)
				}
				sink = state
			},
		}
	})
}

func observing(observer prometheus.Observer) variants {
	values := bucketValues()
	return variants{
		plain: func(first, end int) {
			for i := first; i < end; i++ {
				observer.Observe(values[i&65535])
			}
		},
		work: func(first, end int) {
			state := uint64(1)
			for i := first; i < end; i++ {
				observer.Observe(values[i&65535])
				state = worked(state)
			}
			sink = state
		},
	}
}

func histogramHandle(m mode) loops {
	family := histograms([]string{"shard"})
	return threaded(m, func(series int) variants { return observing(family.WithLabelValues(strconv.Itoa(series))) })
}

func histogramNativeHandle(m mode) loops {
	family := registered(prometheus.NewHistogramVec(
		prometheus.HistogramOpts{
			Name: "sample", Help: "A sample.",
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160,
		}, []string{"shard"}))
	return threaded(m, func(series int) variants { return observing(family.WithLabelValues(strconv.Itoa(series))) })
}

func summaryHandle(m mode) loops {
	family := summaries([]string{"shard"})
	return threaded(m, func(series int) variants { return observing(family.WithLabelValues(strconv.Itoa(series))) })
}

// Every observation with a trace id, which is how client_golang takes exemplars.
func histogramExemplarHandle(m mode) loops {
	family := histograms([]string{"shard"})
	values := bucketValues()
	trace := prometheus.Labels{"trace_id": "0af7651916cd43dd8448eb211c80319c"}
	return threaded(m, func(series int) variants {
		observer := family.WithLabelValues(strconv.Itoa(series)).(prometheus.ExemplarObserver)
		return variants{
			plain: func(first, end int) {
				for i := first; i < end; i++ {
					observer.ObserveWithExemplar(values[i&65535], trace)
				}
			},
		}
	})
}

func counterLookup(m mode) loops {
	family := counters(responseLabels)
	return threaded(m, func(series int) variants {
		table := responses(series, m.series())
		return variants{
			plain: func(first, end int) {
				for i := first; i < end; i++ {
					set := &table[i&1023]
					family.WithLabelValues(set[0], set[1], set[2]).Inc()
				}
			},
			work: func(first, end int) {
				state := uint64(1)
				for i := first; i < end; i++ {
					set := &table[i&1023]
					family.WithLabelValues(set[0], set[1], set[2]).Inc()
					state = worked(state)
				}
				sink = state
			},
		}
	})
}

func emitMixed(m mode) loops {
	both := []string{"method", "route"}
	counter, histogram, summary := counters(both), histograms(both), summaries(both)
	gauge := registered(prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "sample", Help: "A sample."}, both))
	values := bucketValues()
	return threaded(m, func(int) variants {
		return variants{
			plain: func(first, end int) {
				for i := first; i < end; i++ {
					value := values[i&65535]
					counter.WithLabelValues("GET", "/users").Inc()
					histogram.WithLabelValues("GET", "/users").Observe(value)
					gauge.WithLabelValues("GET", "/users").Set(value)
					summary.WithLabelValues("GET", "/users").Observe(value)
				}
			},
		}
	})
}
