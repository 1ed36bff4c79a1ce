BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(P1Bridge.Benchmarks.TelegramBenchmarks).Assembly).Run(args);
