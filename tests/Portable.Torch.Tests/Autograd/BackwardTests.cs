using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Autograd;

public class BackwardTests
{
    [Fact]
    public void Backward_OfAProductSum_GivesTheOtherFactor()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0, 3.0 }, requires_grad: true);
        var y = tensor(new[] { 4.0, 5.0, 6.0 }, requires_grad: true);
        (x * y).sum().backward();
        Assert.Equal([4.0, 5.0, 6.0], x.grad!.data<double>().ToArray());
        Assert.Equal([1.0, 2.0, 3.0], y.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Backward_CalledAgainOnANewGraph_AddsToTheGradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f }, requires_grad: true);
        (x * x).sum().backward();
        (x * 3f).sum().backward();
        Assert.Equal([5f, 7f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Backward_SecondTimeOnOneGraph_IsRefusedUnlessRetained()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f }, requires_grad: true);
        var kept = (x * x).sum();
        kept.backward(retain_graph: true);
        kept.backward();
        Assert.Equal([4f, 8f], x.grad!.data<float>().ToArray());
        var error = Assert.Throws<ExternalException>(() => kept.backward());
        Assert.Contains("retain_graph", error.Message);
    }

    [Fact]
    public void Backward_OfBroadcastOperands_SumsOverTheRepetitions()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3, requires_grad: true);
        var row = tensor(new[] { 1f, 2f, 3f }, requires_grad: true);
        var column = tensor(new[,] { { 10f }, { 20f } }, requires_grad: true);
        (x * row + column).sum().backward();
        Assert.Equal([2f, 2f, 2f], row.grad!.data<float>().ToArray());
        Assert.Equal([3f, 3f], column.grad!.data<float>().ToArray());
        Assert.Equal([2L, 1L], column.grad!.shape);
    }

    [Fact]
    public void Backward_OfAValueUsedTwice_AddsBothPaths()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.5 }, requires_grad: true);
        var y = x.exp();
        (y * y + y).sum().backward();
        Assert.Equal(2 * Math.Exp(1.0) + Math.Exp(0.5), x.grad!.item<double>(), 12);
    }

    [Fact]
    public void Backward_AfterIntermediatesWereDisposed_StillWorks()
    {
        var x = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        Tensor loss;
        using (var scope = NewDisposeScope())
        {
            loss = (x * x).exp().sum().MoveToOuterDisposeScope();
        }

        loss.backward();
        Assert.Equal(2 * Math.Exp(1), x.grad!.data<double>()[0], 10);
        loss.Dispose();
        x.Dispose();
    }

    [Fact]
    public void Backward_OfAVeryLongChain_NeedsNoDeepStack()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0 }, requires_grad: true);
        var y = x.alias();
        for (var i = 0; i < 100_000; i++)
        {
            var next = y + 1.0;
            y.Dispose();
            y = next;
        }

        y.backward();
        Assert.Equal(1.0, x.grad!.item<double>());
    }
}
