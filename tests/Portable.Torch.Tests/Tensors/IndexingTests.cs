using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Tensors;

public class IndexingTests
{
    [Fact]
    public void NumbersSlicesAndRanges_GiveViews()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).view(2, 3, 4);
        Assert.Equal([12L, 13, 14, 15], x[1, 0].data<long>().ToArray());
        Assert.Equal([3L, 7, 11], x[0, TensorIndex.Colon, -1].data<long>().ToArray());
        Assert.Equal([0L, 2], x[0, 0, TensorIndex.Slice(0, null, 2)].data<long>().ToArray());
        Assert.Equal([1L, 2], x[0, 0, 1..3].data<long>().ToArray());
        Assert.Equal([1L, 2], x[0, 0, 1..^1].data<long>().ToArray());
        Assert.Equal([23L], x[TensorIndex.Ellipsis, ^1][1, 2..].data<long>().ToArray());
        Assert.Equal([2L, 1, 3, 4], x[TensorIndex.Colon, TensorIndex.Null].shape);
        Assert.Equal([3L, 2], x[1, TensorIndex.Ellipsis, TensorIndex.Slice(1, 3)].shape);
        x[0, 0, 0].fill_(100);
        Assert.Equal(100L, x.reshape(-1)[0].item<long>());
        Assert.Throws<ExternalException>(() => x[2]);
        Assert.Throws<ExternalException>(() => x[0, 0, 0, 0]);
    }

    [Fact]
    public void PositionTensors_GatherCopies()
    {
        using var scope = NewDisposeScope();
        var x = arange(12).view(3, 4);
        Assert.Equal([8L, 9, 10, 11, 0, 1, 2, 3], x[tensor([2L, 0])].reshape(-1).data<long>().ToArray());
        Assert.Equal([11L, 1], x[tensor([-1L, 0]), tensor([3L, 1])].data<long>().ToArray());
        Assert.Equal([3L, 2], x[TensorIndex.Colon, TensorIndex.Tensor(tensor([3L, 0]))].shape);
        Assert.Equal([3L, 0, 7, 4, 11, 8], x[TensorIndex.Colon, TensorIndex.Tensor(tensor([3L, 0]))].reshape(-1).data<long>().ToArray());
        Assert.Equal([2L, 2, 4], x[tensor(new[,] { { 0L, 1 }, { 2, 2 } })].shape);
        Assert.Contains("Index 3", Assert.Throws<ExternalException>(() => x[tensor([3L])]).Message);
        Assert.Throws<ExternalException>(() => x[tensor([1f])]);
    }

    [Fact]
    public void PositionTensorsApart_PutTheirDimensionFirst()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).view(2, 3, 4);
        var y = x[TensorIndex.Tensor(tensor([0L, 1])), TensorIndex.Colon, TensorIndex.Tensor(tensor([3L, 0]))];
        Assert.Equal([3L, 7, 11, 12, 16, 20], y.reshape(-1).data<long>().ToArray());
        var together = x[TensorIndex.Colon, TensorIndex.Tensor(tensor([2L, 0])), TensorIndex.Tensor(tensor([3L, 1]))];
        Assert.Equal([11L, 1, 23, 13], together.reshape(-1).data<long>().ToArray());
    }

    [Fact]
    public void Masks_SelectAndAssign()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { -1f, 2 }, { 3, -4 } });
        Assert.Equal([2f, 3f], x[x > 0].data<float>().ToArray());
        Assert.Equal([2f, 3f], x.masked_select(x > 0).data<float>().ToArray());
        x[x < 0] = tensor(0f);
        Assert.Equal([0f, 2f, 3f, 0f], x.reshape(-1).data<float>().ToArray());
        Assert.Equal([3f, 0f], x[tensor([false, true])].reshape(-1).data<float>().ToArray());
        Assert.Equal([0L, 1, 1, 0], x.nonzero().reshape(-1).data<long>().ToArray());
        Assert.Throws<ExternalException>(() => x[tensor([true])]);
    }

    [Fact]
    public void Assignment_BroadcastsAndConverts()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3);
        x[0] = tensor(1f);
        x[TensorIndex.Colon, 1] = tensor([5L, 6]);
        x[tensor([1L, 1]), tensor([0L, 2])] = tensor([7f, 8]);
        Assert.Equal([1f, 5, 1, 7, 6, 8], x.reshape(-1).data<float>().ToArray());
        x.index_put_(tensor(1f), [TensorIndex.Tensor(tensor([0L, 0]))], accumulate: true);
        Assert.Equal([3f, 7, 3], x[0].data<float>().ToArray());
        x[0] = x[1];
        Assert.Equal([7f, 6, 8], x[0].data<float>().ToArray());
    }

    [Fact]
    public void GatherAndScatter_FollowTheirIndex()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[,] { { 1f, 2, 3 }, { 4, 5, 6 } });
        var places = tensor(new[,] { { 2L, 0 }, { 1, 1 } });
        Assert.Equal([3f, 1, 5, 5], x.gather(1, places).reshape(-1).data<float>().ToArray());
        Assert.Equal([2f, 0, 1, 0, 4, 0], zeros(2, 3).scatter_(1, places, tensor(new[,] { { 1f, 2 }, { 3, 4 } })).reshape(-1).data<float>().ToArray());
        Assert.Equal([0f, 7, 0], zeros(1, 3).scatter_add_(1, tensor(new[,] { { 1L, 1 } }), tensor(new[,] { { 3f, 4 } })).reshape(-1).data<float>().ToArray());
        Assert.Equal([4f, 5, 6, 4, 5, 6], x.index_select(0, tensor([1L, 1])).reshape(-1).data<float>().ToArray());
        Assert.Equal([2f, 3, 4], zeros(3).index_add_(0, tensor([0L, 1, 2]), tensor([1f, 1.5f, 2]), 2).data<float>().ToArray());
        Assert.Contains("Index 3", Assert.Throws<ExternalException>(() => x.gather(1, tensor(new[,] { { 3L } }))).Message);
        Assert.Throws<ExternalException>(() => x.gather(1, zeros(3, 1, dtype: int64)));
    }

    [Fact]
    public void SortAndTopK_OrderValuesAndPlaces()
    {
        using var scope = NewDisposeScope();
        var x = tensor([3f, 1, float.NaN, 2, 1]);
        var (values, places) = x.sort();
        Assert.Equal([1f, 1, 2, 3, float.NaN], values.data<float>().ToArray());
        Assert.Equal([1L, 4, 3, 0, 2], places.data<long>().ToArray());
        Assert.Equal([0L, 2, 1, 3], tensor([3f, 1, 2, 1]).argsort(descending: true).data<long>().ToArray());
        var wide = randn([4, 200], generator: new Generator(3));
        var few = wide.topk(5, 1);
        var all = wide.sort(1, descending: true);
        Assert.Equal(all.Values.narrow(1, 0, 5).reshape(-1).data<float>().ToArray(), few.values.reshape(-1).data<float>().ToArray());
        Assert.Equal(all.Indices.narrow(1, 0, 5).reshape(-1).data<long>().ToArray(), few.indexes.reshape(-1).data<long>().ToArray());
        Assert.Throws<ExternalException>(() => wide.topk(201, 1));
    }
}
