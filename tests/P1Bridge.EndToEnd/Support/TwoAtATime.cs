// Each test runs several processes; two at a time keep a small machine busy without starving any of them.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
