// Each test runs a whole control plane with its engines and watches the clock: side by side they would only slow each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
