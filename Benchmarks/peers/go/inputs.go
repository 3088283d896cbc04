// The inputs that every implementation gets, as in Sources/Measure/Inputs.swift.

package main

import (
	"math"
	"strconv"
)

var boundaries = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

type triple [3]string

type random uint64

func (r *random) next() uint64 {
	*r = *r*6364136223846793005 + 1442695040888963407
	return uint64(*r >> 33)
}

func (r *random) fraction() float64 { return float64(r.next()) / 2147483648 }

func bucketValues() []float64 {
	edges := append(append([]float64{0}, boundaries...), 20)
	seeded := random(42)
	values := make([]float64, 65536)
	for i := range values {
		bucket := seeded.next() % uint64(len(boundaries)+1)
		values[i] = edges[bucket] + (edges[bucket+1]-edges[bucket])*seeded.fraction()
	}
	return values
}

func logNormalValues() []float64 {
	seeded := random(42)
	values := make([]float64, 65536)
	for i := range values {
		radius := math.Sqrt(-2 * math.Log(1-seeded.fraction()))
		values[i] = 0.1 * math.Exp(radius*math.Cos(2*math.Pi*seeded.fraction()))
	}
	return values
}

// One of a thousand label sets.
func response(number int) triple {
	methods := []string{"GET", "PUT", "POST", "HEAD", "DELETE"}
	return triple{methods[number%5], "/users/" + strconv.Itoa(number/50), strconv.Itoa(200 + number/5%10)}
}

func responses(first, step int) []triple {
	table := make([]triple, 1024)
	for i := range table {
		table[i] = response(first + i*617*step%1000)
	}
	return table
}

// The label values of one of up to ten million series.
func labels(number int) triple {
	return triple{"GET", "/users/" + strconv.Itoa(number/10), strconv.Itoa(200 + number%10)}
}
