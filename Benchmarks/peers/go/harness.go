// How operations are repeated and timed, as in Sources/Measure.

package main

import (
	"fmt"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type mode struct {
	threads int
	split   bool
	work    bool
}

var (
	one   = mode{threads: 1}
	two   = mode{threads: 2}
	every = []mode{one, two, {threads: 2, split: true}, {threads: 1, work: true}, {threads: 2, work: true}}
)

func (m mode) suffix() string {
	suffix := strconv.Itoa(m.threads) + "t"
	if m.split {
		suffix += "-split"
	}
	if m.work {
		suffix += "/work"
	}
	return suffix
}

func (m mode) series() int {
	if m.split {
		return m.threads
	}
	return 1
}

// A loop performs an operation for each index from the first to before the second.
type loop func(first, end int)

// The loops of one series, written out for each operation so that it is called as directly as an application would.
type variants struct{ plain, work loop }

type loops struct {
	measured []loop
	// The work alone; empty where there is none.
	subtracted []loop
}

// One set of variants for each series; threads share it where there are fewer.
func threaded(m mode, each func(series int) variants) loops {
	made := make([]variants, m.series())
	for i := range made {
		made[i] = each(i)
	}
	var result loops
	for thread := 0; thread < m.threads; thread++ {
		chosen := made[thread%len(made)]
		if m.work {
			result.measured = append(result.measured, chosen.work)
			result.subtracted = append(result.subtracted, workAlone)
		} else {
			result.measured = append(result.measured, chosen.plain)
		}
	}
	return result
}

var sink uint64

func workAlone(first, end int) {
	state := uint64(1)
	for i := first; i < end; i++ {
		state = worked(state)
	}
	atomic.StoreUint64(&sink, state)
}

// About 100 ns of arithmetic, each step waiting for the one before.
func worked(state uint64) uint64 {
	for step := 0; step < 90; step++ {
		state = state*6364136223846793005 + 1442695040888963407
	}
	return state
}

const (
	chunkLength = time.Millisecond
	turns       = 5
)

// The cost in nanoseconds of one operation to the thread that performs it.
func nanoseconds(l loops, duration time.Duration) float64 {
	if len(l.subtracted) == 0 {
		return cost(l.measured, duration)
	}
	differences := make([]float64, turns)
	for i := range differences {
		whole := cost(l.measured, duration/(2*turns))
		differences[i] = whole - cost(l.subtracted, duration/(2*turns))
	}
	return median(differences)
}

func median(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}

// The mean over threads that start together.
func cost(all []loop, length time.Duration) float64 {
	chunk := chunkOf(all[0])
	costs := make([]float64, len(all))
	waiting := int32(len(all))
	var done sync.WaitGroup
	for thread, body := range all {
		done.Add(1)
		go func(thread int, body loop) {
			defer done.Done()
			runtime.LockOSThread()
			atomic.AddInt32(&waiting, -1)
			for atomic.LoadInt32(&waiting) > 0 {
				runtime.Gosched()
			}
			costs[thread] = repeated(body, chunk, thread*32768, length)
		}(thread, body)
	}
	done.Wait()
	sum := 0.0
	for _, value := range costs {
		sum += value
	}
	return sum / float64(len(costs))
}

func repeated(body loop, chunk, first int, length time.Duration) float64 {
	var lengths []float64
	for start, index := time.Now(), first; time.Since(start) < length; index += chunk {
		lengths = append(lengths, float64(timed(body, index, index+chunk)))
	}
	return median(lengths) / float64(chunk)
}

func chunkOf(body loop) int {
	for count := 1; ; count *= 2 {
		quickest := time.Second
		for run := 0; run < 3; run++ {
			if length := timed(body, 0, count); length < quickest {
				quickest = length
			}
		}
		if quickest >= chunkLength {
			return count
		}
	}
}

func timed(body loop, first, end int) time.Duration {
	start := time.Now()
	body(first, end)
	return time.Since(start)
}

// The bytes of this process that are in RAM.
func residentBytes() float64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	if err != nil {
		panic(fmt.Sprintf("/proc/self/statm: %v", err))
	}
	return float64(pages * os.Getpagesize())
}
