using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Tensors;

public class ShapeTests
{
    [Fact]
    public void View_SharesMemory_AndRefusesWhatNeedsACopy()
    {
        using var scope = NewDisposeScope();
        var x = arange(6, dtype: float32);
        x.view(2, -1)[1, 2].fill_(9);
        Assert.Equal(9f, x[5].item<float>());
        var error = Assert.Throws<ExternalException>(() => x.view(2, 3).t().view(6));
        Assert.Contains("reshape", error.Message);
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 9f], x.view(2, 3).t().reshape(6).data<float>().ToArray());
        Assert.Contains("[4, 2]", Assert.Throws<ExternalException>(() => x.view(4, 2)).Message);
        Assert.Throws<ExternalException>(() => x.view(4, -1));
    }

    [Fact]
    public void View_OfADenseRunInAStridedTensor_NeedsNoCopy()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).view(2, 3, 4).slice(0, 0, 2, 1).transpose(0, 1);
        var y = x.view(3, 2, 2, 2);
        Assert.Equal(x.reshape(-1).data<long>().ToArray(), y.reshape(-1).data<long>().ToArray());
        Assert.Same(x.Memory, y.Memory);
        Assert.Throws<ExternalException>(() => x.view(6, 4));
    }

    [Fact]
    public void Permutations_RearrangeWithoutCopying()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).view(2, 3, 4);
        Assert.Equal([4L, 2, 3], x.permute(2, 0, 1).shape);
        Assert.Equal([4L, 3, 2], x.transpose(0, -1).shape);
        Assert.Equal([3L, 4, 2], movedim(x, 0, 2).shape);
        Assert.Equal(x[1, 2, 3].item<long>(), x.permute(2, 0, 1)[3, 1, 2].item<long>());
        Assert.False(x.permute(2, 0, 1).is_contiguous());
        Assert.True(x.permute(2, 0, 1).contiguous().is_contiguous());
        Assert.Throws<ExternalException>(() => x.permute(0, 0, 1));
        Assert.Throws<ExternalException>(() => x.permute(0, 1));
        Assert.Throws<ExternalException>(() => x.t());
    }

    [Fact]
    public void Squeeze_And_Unsqueeze_ChangeDimensionsOfSizeOne()
    {
        using var scope = NewDisposeScope();
        var x = zeros(1, 3, 1, 2);
        Assert.Equal([3L, 2], x.squeeze().shape);
        Assert.Equal([1L, 3, 2], x.squeeze(2).shape);
        Assert.Equal([1L, 3, 1, 2], x.squeeze(1).shape);
        Assert.Equal([1L, 3, 1, 2, 1], x.unsqueeze(-1).shape);
        Assert.Equal([3L, 2], x.squeeze_().shape);
        Assert.Throws<ExternalException>(() => x.unsqueeze(4));
    }

    [Fact]
    public void Expand_RepeatsWithoutMemory_RepeatWithIt()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1L, 2]).view(2, 1);
        var wide = x.expand(2, 3);
        Assert.Equal([1L, 1, 1, 2, 2, 2], wide.reshape(-1).data<long>().ToArray());
        Assert.Equal(0, wide.stride(1));
        Assert.Equal([2L, 2, 4], x.expand(2, -1, 4).shape);
        Assert.Equal([1L, 2, 1, 2], tensor([1L, 2]).repeat(2).data<long>().ToArray());
        Assert.Equal([1L, 1, 2, 2], tensor([1L, 2]).repeat_interleave(2).data<long>().ToArray());
        var error = Assert.Throws<ExternalException>(() => tensor([1L, 2]).expand(3));
        Assert.Contains("[2]", error.Message);
        Assert.Contains("[3]", error.Message);
    }

    [Fact]
    public void Pieces_AreViewsOfTheWhole()
    {
        using var scope = NewDisposeScope();
        var x = arange(10);
        Assert.Equal([4L, 4, 2], x.split(4).Select(p => p.numel()));
        Assert.Equal([1L, 9], x.split(new long[] { 1, 9 }).Select(p => p.numel()));
        Assert.Equal([4L, 4, 2], x.chunk(3).Select(p => p.numel()));
        x.split(4)[1].fill_(-1);
        Assert.Equal([0L, 1, 2, 3, -1, -1, -1, -1, 8, 9], x.data<long>().ToArray());
        Assert.Equal(10, x.unbind().Length);
        Assert.Throws<ExternalException>(() => x.split(new long[] { 1, 2 }));
        Assert.Throws<ExternalException>(() => x.narrow(0, 8, 3));
        Assert.Throws<ExternalException>(() => x.select(0, 10));
    }

    [Fact]
    public void Cat_And_Stack_JoinAndPromote()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (zeros(2, 1), ones(2, 2, dtype: float64));
        var joined = cat([a, b], 1);
        Assert.Equal(ScalarType.Float64, joined.dtype);
        Assert.Equal([0.0, 1, 1, 0, 1, 1], joined.reshape(-1).data<double>().ToArray());
        Assert.Equal([2L, 3, 2], stack([zeros(2, 2), ones(2, 2), zeros(2, 2)], 1).shape);
        var error = Assert.Throws<ExternalException>(() => cat([a, b], 0));
        Assert.Contains("[2, 1]", error.Message);
        Assert.Contains("[2, 2]", error.Message);
        Assert.Throws<ExternalException>(() => stack([zeros(2), zeros(3)]));
        Assert.Throws<ExternalException>(() => cat(Array.Empty<Tensor>()));
    }

    [Fact]
    public void FlipRollTriangles_MoveElements()
    {
        using var scope = NewDisposeScope();
        var x = arange(6).view(2, 3);
        Assert.Equal([5L, 4, 3, 2, 1, 0], x.flip(0, 1).reshape(-1).data<long>().ToArray());
        Assert.Equal([2L, 0, 1, 5, 3, 4], x.roll(1, 1).reshape(-1).data<long>().ToArray());
        Assert.Equal([5L, 0, 1, 2, 3, 4], x.roll(1).reshape(-1).data<long>().ToArray());
        Assert.Equal([0L, 0, 0, 3, 4, 0], x.tril().reshape(-1).data<long>().ToArray());
        Assert.Equal([0L, 1, 2, 0, 0, 5], x.triu(1).add(x.triu().sub(x.triu(1)).mul(0)).reshape(-1).data<long>().ToArray());
        Assert.Equal([0L, 4], x.diagonal().data<long>().ToArray());
        Assert.Equal([0L, 1, 0, 0], tensor([1L]).diag(1).reshape(-1).data<long>().ToArray());
        Assert.Equal(4L, x.trace().item<long>());
    }

    [Fact]
    public void EmptyTensors_PassThroughOperations()
    {
        using var scope = NewDisposeScope();
        var x = zeros(0, 3);
        Assert.Equal([0L, 3], (x * 2 + x.exp()).shape);
        Assert.Equal([0f, 0f, 0f], x.sum(0L).data<float>().ToArray());
        Assert.Equal(0f, x.sum().item<float>());
        Assert.Equal([2L, 3], cat([x, ones(2, 3)]).shape);
        Assert.Equal([0L], x[x > 0].shape);
        Assert.Throws<ExternalException>(() => x.max());
    }
}
