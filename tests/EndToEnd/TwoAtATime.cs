// Each test runs a whole control plane with its engines, and waits for it most of the time. More than two side by side would
// only slow each other.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
