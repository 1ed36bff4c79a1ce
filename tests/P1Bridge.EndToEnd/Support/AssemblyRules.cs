using System.Runtime.Versioning;

// Each test runs several processes; two at a time keep a small machine busy without starving any of them.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

// Pseudo terminals, signals and modes are what these tests are made of.
[assembly: SupportedOSPlatform("linux")]
