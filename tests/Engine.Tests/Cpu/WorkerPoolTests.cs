using QDiff.Engine.Cpu;

namespace QDiff.Engine.Tests.Cpu;

public sealed class WorkerPoolTests
{
    private sealed class Counting(int items, int failing = -1) : IWork
    {
        public int[] Done { get; } = new int[items];

        public void Do(int worker, int item)
        {
            Interlocked.Increment(ref Done[item]);
            if (item == failing)
            {
                throw new InvalidOperationException($"item {item}");
            }
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 1)]
    [InlineData(4, 1000)]
    public void Run_AnyNumberOfItems_DoesEachOnce(int threads, int items)
    {
        using var pool = new WorkerPool(threads);
        for (int round = 0; round < 20; round++)
        {
            var work = new Counting(items);
            pool.Run(work, items);
            Assert.All(work.Done, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Run_WithAFailingItem_ThrowsItsFailureAndStaysUsable()
    {
        using var pool = new WorkerPool(2);
        var failure = Assert.Throws<InvalidOperationException>(() => pool.Run(new Counting(50, failing: 7), 50));
        Assert.Equal("item 7", failure.Message);
        var work = new Counting(50);
        pool.Run(work, 50);
        Assert.All(work.Done, count => Assert.Equal(1, count));
    }
}
