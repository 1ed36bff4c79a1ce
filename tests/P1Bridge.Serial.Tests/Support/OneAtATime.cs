// A terminal that one test unplugs would otherwise be given, under the same number, to a test beside it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
