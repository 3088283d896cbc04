// A server with the metrics that client_golang shows of itself, and counters.

package main

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func serve(count, port string) {
	number, err := strconv.Atoi(count)
	if err != nil {
		fail(err.Error())
	}
	family := prometheus.NewCounterVec(
		prometheus.CounterOpts{Name: "requests_total", Help: "Requests."}, responseLabels)
	prometheus.MustRegister(family)
	for i := 0; i < number; i++ {
		set := labels(i)
		family.WithLabelValues(set[0], set[1], set[2]).Add(float64(i + 1))
	}
	http.Handle("/metrics", promhttp.Handler())
	fail(http.ListenAndServe("127.0.0.1:"+port, nil).Error())
}
