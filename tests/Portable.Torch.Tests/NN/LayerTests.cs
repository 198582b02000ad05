using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace QDiff.Portable.Torch.Tests.NN;

/// <summary>Results of the layers against plain loops in double.</summary>
[Collection(DefaultGenerator.Name)]
public class LayerTests
{
    [Fact]
    public void Linear_OfABatch_IsRowTimesWeightPlusBias()
    {
        using var scope = NewDisposeScope();
        var (x, w, b) = (Check.Values(1, 6), Check.Values(2, 15), Check.Values(3, 5));
        var expected = new double[10];
        for (var i = 0; i < 2; i++)
        {
            for (var j = 0; j < 5; j++)
            {
                expected[(i * 5) + j] = b[j] + Enumerable.Range(0, 3).Sum(k => x[(i * 3) + k] * w[(j * 3) + k]);
            }
        }
        Check.Close(expected, linear(Check.Random(1, 2, 3), Check.Random(2, 5, 3), Check.Random(3, 5)), shape: [2, 5]);
        Check.Close(expected, linear(Check.Random(1, 2, 1, 3), Check.Random(2, 5, 3), Check.Random(3, 5)), shape: [2, 1, 5]);
        Check.Close(expected, linear(Check.Random(1, 2, 3).to(float32), Check.Random(2, 5, 3).to(float32), Check.Random(3, 5).to(float32)), 1e-6);
    }

    [Fact]
    public void Matmul_OfAStridedView_UsesTheRightElements()
    {
        using var scope = NewDisposeScope();
        var a = Check.Random(1, 6, 8);
        var part = a.slice(0, 1, 5, 2).slice(1, 2, 7, 1);
        var b = Check.Random(2, 5, 3);
        Check.Close(Check.Elements(matmul(part.clone(), b)), matmul(part, b), shape: [2, 3]);
        var every = a.slice(1, 0, 8, 2);
        Check.Close(Check.Elements(matmul(every.clone(), Check.Random(3, 4, 2))), matmul(every, Check.Random(3, 4, 2)));
        var row = Check.Random(4, 5).expand(4, 5);
        Check.Close(Check.Elements(matmul(row.clone(), b)), matmul(row, b));
    }

    [Fact]
    public void Matmul_OfEmptyAndUnfittingShapes_IsZeroOrRefused()
    {
        using var scope = NewDisposeScope();
        Check.Close([0, 0, 0, 0, 0, 0], matmul(empty(2, 0, dtype: float64), empty(0, 3, dtype: float64)), shape: [2, 3]);
        Assert.Equal([0L, 3L], matmul(empty(0, 2), empty(2, 3)).shape);
        var error = Assert.Throws<ExternalException>(() => matmul(ones(2, 3), ones(2, 3)));
        Assert.Contains("[2, 3]", error.Message);
        Assert.Throws<ExternalException>(() => matmul(ones(2, 3), ones(3, 2, dtype: float64)));
        Assert.Throws<ExternalException>(() => linear(ones(2, 3), ones(2, 2)));
    }

    [Fact]
    public void BatchNorm_InTraining_UsesTheBatchAndMovesTheRunningStatistics()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.BatchNorm2d(2, momentum: 0.25, dtype: float64);
        var values = Check.Values(5, 3 * 2 * 4);
        var x = tensor(values, dtype: float64).reshape(3, 2, 2, 2);
        var expected = new double[values.Length];
        for (var c = 0; c < 2; c++)
        {
            int[] places = [.. Enumerable.Range(0, 24).Where(i => i / 4 % 2 == c)];
            var mean = places.Average(i => values[i]);
            var variance = places.Average(i => Math.Pow(values[i] - mean, 2));
            foreach (var i in places)
            {
                expected[i] = (values[i] - mean) / Math.Sqrt(variance + 1e-5);
            }
            using var y = layer.call(x);
            Check.Close(places.Select(i => expected[i]).ToArray(), y.select(1, c).contiguous());
            layer.reset_running_stats();
            layer.call(x).Dispose();
            Assert.Equal(0.25 * mean, Check.Elements(layer.running_mean!)[c], 12);
            Assert.Equal(0.75 + (0.25 * variance * 12 / 11), Check.Elements(layer.running_var!)[c], 12);
        }
        Assert.Equal(1, layer.num_batches_tracked!.ToInt64());
    }

    [Fact]
    public void BatchNorm_InEvaluation_UsesTheRunningStatistics()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.BatchNorm1d(2, eps: 0, dtype: float64);
        nn.init.constant_(layer.running_mean!, 3);
        nn.init.constant_(layer.running_var!, 4);
        nn.init.constant_(layer.weight, 2);
        nn.init.constant_(layer.bias!, 1);
        layer.eval();
        Check.Close([1 + (2 * (5 - 3) / 2.0), 1 + (2 * (1 - 3) / 2.0)], layer.call(tensor(new[,] { { 5.0, 1.0 } })));
        Assert.Equal([3.0, 3.0], Check.Elements(layer.running_mean!));
        Assert.Throws<ArgumentException>(() => layer.call(ones(1, 2, 2, 2)));
    }

    [Fact]
    public void BatchNorm_WithoutMomentum_AveragesAllBatches()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.BatchNorm1d(1, dtype: float64);
        layer.momentum = null;
        layer.call(tensor(new[,] { { 1.0 }, { 3.0 } }));
        layer.call(tensor(new[,] { { 5.0 }, { 7.0 } }));
        Check.Close([4], layer.running_mean!);
        Check.Close([2], layer.running_var!);
    }

    [Fact]
    public void LayerNorm_OfRows_HasMeanZeroAndVarianceOne()
    {
        using var scope = NewDisposeScope();
        var values = Check.Values(6, 12);
        var (w, b) = (Check.Values(7, 4), Check.Values(8, 4));
        var expected = new double[12];
        for (var r = 0; r < 3; r++)
        {
            var row = values[(4 * r)..((4 * r) + 4)];
            var mean = row.Average();
            var deviation = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + 1e-5);
            for (var i = 0; i < 4; i++)
            {
                expected[(4 * r) + i] = ((row[i] - mean) / deviation * w[i]) + b[i];
            }
        }
        Check.Close(expected, layer_norm(Check.Random(6, 3, 4), [4], Check.Random(7, 4), Check.Random(8, 4)), shape: [3, 4]);
        using var layer = nn.LayerNorm(4);
        Assert.Equal(["weight", "bias"], layer.named_parameters().Select(p => p.name));
        Assert.Throws<ExternalException>(() => layer.call(ones(2, 5)));
    }

    [Fact]
    public void GroupNorm_OfChannelGroups_NormalisesEachSampleAndGroup()
    {
        using var scope = NewDisposeScope();
        var values = Check.Values(9, 2 * 4 * 3);
        var (w, b) = (Check.Values(10, 4), Check.Values(11, 4));
        var expected = new double[values.Length];
        for (var set = 0; set < 4; set++)
        {
            var part = values[(6 * set)..((6 * set) + 6)];
            var mean = part.Average();
            var deviation = Math.Sqrt(part.Average(v => (v - mean) * (v - mean)) + 1e-5);
            for (var i = 0; i < 6; i++)
            {
                var channel = (set % 2 * 2) + (i / 3);
                expected[(6 * set) + i] = ((part[i] - mean) / deviation * w[channel]) + b[channel];
            }
        }
        Check.Close(expected, group_norm(Check.Random(9, 2, 4, 3), 2, Check.Random(10, 4), Check.Random(11, 4)), shape: [2, 4, 3]);
        Assert.Throws<ExternalException>(() => group_norm(ones(2, 4, 3), 3));
    }

    [Fact]
    public void Embedding_LooksRowsUp_AndAddsGradientsToThem()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Embedding_from_pretrained(Check.Random(1, 3, 2), freeze: false, padding_idx: 1);
        using var y = layer.call(tensor(new long[] { 2, 0, 2, 1 }).reshape(2, 2));
        var table = Check.Values(1, 6);
        Check.Close([table[4], table[5], table[0], table[1], table[4], table[5], table[2], table[3]], y, shape: [2, 2, 2]);
        y.sum().backward();
        Check.Close([1, 1, 0, 0, 2, 2], layer.weight!.grad!);
        Assert.Throws<ExternalException>(() => layer.call(tensor(new long[] { 3 })));
        random.manual_seed(1);
        using var fresh = nn.Embedding(2000, 3, padding_idx: 5);
        Assert.Equal([0.0, 0.0, 0.0], Check.Elements(fresh.weight!.select(0, 5)));
        Assert.Equal(1, Math.Sqrt(Check.Elements(fresh.weight!).Average(v => v * v)), 0.05);
    }

    [Fact]
    public void Dropout_InTraining_KeepsTheMeanAndDropsTheShare()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(21);
        using var layer = nn.Dropout(0.3);
        var values = Check.Elements(layer.call(ones(40_000)));
        Assert.All(values, v => Assert.True(v == 0 || Math.Abs(v - (1 / 0.7)) < 1e-6, $"{v}"));
        // 5 deviations of a binomial share
        Assert.Equal(0.3, values.Count(v => v == 0) / 40_000.0, 5 * Math.Sqrt(0.21 / 40_000));
        layer.eval();
        Assert.All(Check.Elements(layer.call(ones(100))), v => Assert.Equal(1, v));
        Assert.All(Check.Elements(dropout(ones(10), 1)), v => Assert.Equal(0, v));
        Assert.Throws<ArgumentException>(() => dropout(ones(1), 1.5));
    }

    [Fact]
    public void Dropout_Backward_PassesWhereItWasKept()
    {
        using var scope = NewDisposeScope();
        var x = ones(50, requires_grad: true);
        using var y = dropout(x, 0.5);
        y.sum().backward();
        Check.Close(Check.Elements(y), x.grad!, 1e-6);
    }

    [Theory]
    [InlineData(-2.5)]
    [InlineData(-0.3)]
    [InlineData(0.0)]
    [InlineData(0.7)]
    [InlineData(3.1)]
    [InlineData(30.0)]
    public void Activations_OfOneNumber_EqualTheirFormulas(double v)
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { v });
        var sigmoid = 1 / (1 + Math.Exp(-v));
        Check.Close([v * sigmoid], nn.SiLU().call(x));
        Check.Close([sigmoid], nn.Sigmoid().call(x));
        Check.Close([Math.Tanh(v)], nn.Tanh().call(x));
        Check.Close([Math.Max(v, 0)], nn.ReLU().call(x));
        Check.Close([v > 0 ? v : 0.01 * v], nn.LeakyReLU().call(x));
        Check.Close([v > 20 ? v : Math.Log(1 + Math.Exp(v))], nn.Softplus().call(x));
        Check.Close([v], nn.Identity().call(x));
    }

    [Fact]
    public void Softmax_OfLargeScores_StaysFinite()
    {
        using var scope = NewDisposeScope();
        Check.Close([1 / (1 + Math.E), Math.E / (1 + Math.E)], nn.Softmax(0).call(tensor(new[] { 1000.0, 1001.0 })));
        Check.Close([-1 - Math.Log(1 + Math.Exp(-1)), -Math.Log(1 + Math.Exp(-1))], nn.LogSoftmax(0).call(tensor(new[] { 1000.0, 1001.0 })));
        var columns = Check.Elements(softmax(Check.Random(1, 2, 3, 4), 1).sum(1));
        Assert.All(columns, c => Assert.Equal(1, c, 12));
    }

    [Fact]
    public void Conv2d_PaddingSame_KeepsTheSize()
    {
        using var scope = NewDisposeScope();
        using var odd = nn.Conv2d(2, 3, 3, Padding.Same, dtype: float64);
        using var even = nn.Conv2d(2, 3, (2, 4), Padding.Same, dtype: float64);
        var x = Check.Random(1, 1, 2, 5, 6);
        Check.Close(Check.Elements(conv2d(x, odd.weight, odd.bias, padding: [1, 1])), odd.call(x), shape: [1, 3, 5, 6]);
        Check.Close(Check.Elements(conv2d(pad(x, [1, 2, 0, 1]), even.weight, even.bias)), even.call(x), shape: [1, 3, 5, 6]);
        Assert.Throws<ArgumentException>(() => nn.Conv2d(2, 3, 3, Padding.Same, stride: 2));
        Assert.Throws<ArgumentException>(() => odd.call(ones(1, 3, 5, 6, dtype: float64)));
        Assert.Throws<NotSupportedException>(() => nn.Conv2d(2, 3, 3, padding_mode: PaddingModes.Circular));
    }

    [Fact]
    public void ConvTranspose2d_IsTheAdjointOfTheConvolution()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (Check.Random(1, 2, 3, 7, 6), Check.Random(2, 4, 3, 3, 2));
        var y = conv2d(x, w, strides: [2, 1], padding: [1, 0]);
        var z = Check.Random(3, y.shape);
        var back = conv_transpose2d(z, w, strides: [2, 1], padding: [1, 0]);
        Assert.Equal(x.shape, back.shape);
        Assert.Equal((y * z).sum().ToDouble(), (back * x).sum().ToDouble(), 10);
        using var layer = nn.ConvTranspose2d(4, 3, 3, stride: 2, padding: 1, dtype: float64);
        Assert.Equal([2L, 3L, 8L, 10L], layer.forward(Check.Random(4, 2, 4, 4, 5), [8, 10]).shape);
        Assert.Throws<ArgumentException>(() => layer.forward(Check.Random(4, 2, 4, 4, 5), [9, 10]));
    }

    [Fact]
    public void Pooling_Modules_EqualTheirFunctions()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Enumerable.Range(0, 16).Select(i => (double)(i * 7 % 16)).ToArray(), dtype: float64).reshape(1, 1, 4, 4);
        // 0 7 14 5 | 12 3 10 1 | 8 15 6 13 | 4 11 2 9
        Check.Close([12, 14, 15, 13], nn.MaxPool2d(2).call(x), shape: [1, 1, 2, 2]);
        Check.Close([5.5, 7.5, 9.5, 7.5], nn.AvgPool2d(2).call(x), shape: [1, 1, 2, 2]);
        Check.Close([7.5], nn.AdaptiveAvgPool2d(1).call(x), shape: [1, 1, 1, 1]);
        var (values, places) = max_pool2d_with_indices(x, [2]);
        Check.Close([12, 14, 15, 13], values);
        Assert.Equal([4L, 2L, 9L, 11L], places.data<long>().ToArray());
        Assert.Throws<ArgumentException>(() => nn.MaxPool2d(2, padding: 2).call(x));
    }

    [Fact]
    public void ShapeModules_FlattenUnflattenAndShuffle()
    {
        using var scope = NewDisposeScope();
        var x = Check.Random(1, 2, 8, 2, 3);
        Assert.Equal([2L, 48L], nn.Flatten().call(x).shape);
        Assert.Equal([2L, 2L, 4L, 2L, 3L], nn.Unflatten(1, [2, 4]).call(x).shape);
        using var shuffled = nn.PixelShuffle(2).call(x);
        Assert.Equal([2L, 2L, 4L, 6L], shuffled.shape);
        Assert.Equal(x[1, 6, 1, 2].ToDouble(), shuffled[1, 1, 3, 4].ToDouble());
        Check.Close(Check.Elements(x), pixel_unshuffle(shuffled, 2));
        Assert.Throws<ExternalException>(() => pixel_shuffle(x, 3));
        Check.Close([0, 1, 2, 0, 0, 3, 4, 0, 5, 5, 5, 5], pad(pad(tensor(new[,] { { 1.0, 2 }, { 3, 4 } }), [1, 1]), (0, 0, 0, 1), value: 5), shape: [3, 4]);
        Check.Close([1, 1, 2, 2], interpolate(tensor(new[] { 1.0, 2 }).reshape(1, 1, 1, 2), scale_factor: [1, 2]));
    }
}
