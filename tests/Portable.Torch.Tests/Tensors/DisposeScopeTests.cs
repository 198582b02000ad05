using QDiff.Portable.Torch.Tests.Autograd;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Tensors;

[Collection(SerialMemory.Name)]
public class DisposeScopeTests
{
    [Fact]
    public void Scope_AtItsEnd_FreesWhatWasMadeInIt()
    {
        var live = StoragePool.LiveBytes;
        Tensor inside;
        using (var scope = NewDisposeScope())
        {
            inside = zeros(1000, 1000);
            Assert.Equal(1, scope.DisposablesCount);
            Assert.True(StoragePool.LiveBytes >= live + 4_000_000);
        }

        Assert.True(inside.IsInvalid);
        Assert.Equal(live, StoragePool.LiveBytes);
        Assert.Throws<InvalidOperationException>(() => inside.shape);
    }

    [Fact]
    public void Scope_WithATrainingStep_KeepsParametersAndGradientsOnly()
    {
        using var outer = NewDisposeScope();
        var weight = randn(50, 50).requires_grad_();
        var baseline = 0L;
        for (var step = 0; step < 5; step++)
        {
            using (NewDisposeScope())
            {
                var loss = (weight * weight + 1).exp().sum();
                loss.backward();
                using var off = no_grad();
                weight.sub_(weight.grad! * 1e-9);
                weight.grad!.zero_();
            }

            if (step == 0) baseline = StoragePool.LiveBytes;
        }

        Assert.False(weight.IsInvalid);
        Assert.NotNull(weight.grad);
        Assert.Equal(baseline, StoragePool.LiveBytes);
    }

    [Fact]
    public void Scope_WithAGraphThatNeverRunsBackward_FreesWhatItSaved()
    {
        using var x = randn(100, 100).requires_grad_();
        var live = StoragePool.LiveBytes;
        using (NewDisposeScope())
        {
            var y = x;
            for (var i = 0; i < 50; i++)
            {
                y = (y * x).sin();
            }
        }

        Assert.Equal(live, StoragePool.LiveBytes);
    }

    [Fact]
    public void Graph_OfDisposedIntermediates_IsFreedByBackward()
    {
        using var x = randn(100, 100).requires_grad_();
        using var gradient = zeros_like(x);
        x.grad = gradient;
        var live = StoragePool.LiveBytes;
        Tensor loss;
        using (var scope = NewDisposeScope())
        {
            loss = x.exp().sin().sum().MoveToOuterDisposeScope();
        }

        Assert.True(StoragePool.LiveBytes > live + 40_000, "The graph must hold what backward needs.");
        loss.backward();
        loss.Dispose();
        Assert.Equal(live, StoragePool.LiveBytes);
    }

    [Fact]
    public void View_OutlivesTheTensorItLooksAt()
    {
        using var scope = NewDisposeScope();
        var whole = arange(6, dtype: float32);
        var row = whole.view(2, 3)[1];
        whole.Dispose();
        Assert.Equal([3f, 4f, 5f], row.data<float>().ToArray());
    }

    [Fact]
    public void MoveToOuter_HandsATensorToTheScopeAround()
    {
        Tensor moved, left;
        using (var outer = NewDisposeScope())
        {
            using (var inner = NewDisposeScope())
            {
                moved = ones(3);
                left = ones(3);
                inner.MoveToOuter(moved);
                Assert.True(outer.Contains(moved));
            }

            Assert.False(moved.IsInvalid);
            Assert.True(left.IsInvalid);
        }

        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void MoveToOuter_FromTheOutermostScope_DetachesTheTensor()
    {
        Tensor kept;
        using (NewDisposeScope())
        {
            kept = ones(3).MoveToOuterDisposeScope();
        }

        Assert.False(kept.IsInvalid);
        kept.Dispose();
    }

    [Fact]
    public void Detach_TakesATensorOutOfAllScopes_AndAttachPutsItBack()
    {
        Tensor x;
        using (NewDisposeScope())
        {
            x = ones(3).DetachFromDisposeScope();
        }

        Assert.False(x.IsInvalid);
        using (var scope = NewDisposeScope())
        {
            scope.Attach(x);
        }

        Assert.True(x.IsInvalid);
    }

    [Fact]
    public void Attach_OfSomethingElse_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var other = new MemoryStream();
        Assert.Throws<InvalidOperationException>(() => scope.Attach(other));
    }

    [Fact]
    public void DisposeEverythingBut_KeepsTheNamedTensors()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (ones(1), ones(1), ones(1));
        scope.DisposeEverythingBut(b);
        Assert.Equal([true, false, true], new[] { a.IsInvalid, b.IsInvalid, c.IsInvalid });
        Assert.Equal(1, scope.DisposablesCount);
    }

    [Fact]
    public void WrappedTensorDisposeScope_KeepsTheResultAlone()
    {
        using var outer = NewDisposeScope();
        var result = WrappedTensorDisposeScope(() => ones(3) + ones(3));
        Assert.Equal([2f, 2f, 2f], result.data<float>().ToArray());
        Assert.Equal(1, outer.DisposablesCount);
    }

    [Fact]
    public void DisposedScope_RefusesFurtherUse()
    {
        var scope = NewDisposeScope();
        scope.Dispose();
        scope.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scope.DisposablesCount);
    }

    [Fact]
    public void Statistics_CountTensorsInAndOutOfScopes()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        var outside = ones(2);
        using (var scope = NewDisposeScope())
        {
            var inside = ones(2);
            var detached = ones(2).DetachFromDisposeScope();
            inside.Dispose();
            detached.Dispose();
            scope.Attach(outside);
        }

        Assert.Equal(1, statistics.CreatedOutsideScopeCount);
        Assert.Equal(2, statistics.CreatedInScopeCount);
        Assert.Equal(1, statistics.DetachedFromScopeCount);
        Assert.Equal(1, statistics.AttachedToScopeCount);
        Assert.Equal(2, statistics.DisposedInScopeCount);
        Assert.Equal(1, statistics.DisposedOutsideScopeCount);
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Statistics_DoNotSeeTheTensorsOfBackward()
    {
        using var scope = NewDisposeScope();
        var x = ones(4, requires_grad: true);
        var loss = (x * x).exp().sum();
        DisposeScopeManager.Statistics.Reset();
        loss.backward();
        Assert.Equal(0, DisposeScopeManager.Statistics.CreatedInScopeCount);
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void ForgottenTensors_AreFreedByTheCollector()
    {
        var live = StoragePool.LiveBytes;
        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(StoragePool.LiveBytes <= live + 100_000, $"{StoragePool.LiveBytes - live} bytes are still held.");
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Forget()
    {
        for (var i = 0; i < 10; i++)
        {
            zeros(1000, 1000);
        }
    }
}
