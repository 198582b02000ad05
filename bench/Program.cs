using BenchmarkDotNet.Running;
using QDiff.Bench;

return args switch
{
    ["guard", var file] => ShareGuard.Check(file),
    ["record", var file] => ShareGuard.Record(file),
    _ => BenchmarkSwitcher.FromAssembly(typeof(ShareGuard).Assembly)
        .Run([.. args.Where(a => a != BenchConfig.FullSwitch)], BenchConfig.Of(full: args.Contains(BenchConfig.FullSwitch))).Any() ? 0 : 1,
};
